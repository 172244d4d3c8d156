//! What style sheets and `style` attributes say that matters for reading: what is hidden, what begins a row, what keeps
//! its white space. Everything else of CSS is for eyes that see boxes.

/// Declarations that apply to one element; `None` is not said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) display: Option<Display>,
    pub(super) visible: Option<bool>,
    pub(super) font: Option<Font>,
    /// Nothing of it shines through.
    pub(super) transparent: Option<bool>,
    pub(super) no_height: Option<bool>,
    pub(super) no_max_height: Option<bool>,
    /// What is larger than it is cut off.
    pub(super) clips: Option<bool>,
    pub(super) color: Option<Paint>,
    pub(super) background: Option<Paint>,
    pub(super) space: Option<Space>,
    pub(super) bold: Option<bool>,
    pub(super) right: Option<bool>,
    pub(super) no_border: Option<bool>,
    pub(super) no_bullets: Option<bool>,
    pub(super) struck: Option<bool>,
}

/// How an element takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Display {
    None,
    Block,
    Inline,
    /// Tables and the rest: as the element does by itself.
    Other,
}

/// How large text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Font {
    /// Too small to be seen.
    Zero,
    /// A part of what is around it, which may be nothing.
    Relative,
    /// It can be read.
    Readable,
}

/// How white space is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Space {
    #[default]
    Collapse,
    /// Line breaks stay, blanks do not.
    Lines,
    /// All stays as it is.
    Keep,
}

/// A colour, as far as it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Rgb([u8; 3]),
    /// What is behind it is seen.
    Clear,
    /// A picture, a gradient, a name that is not known here.
    Unknown,
}

impl Declared {
    /// Adds the declarations of a `style` attribute or a rule: those that are important or those that are not.
    pub(super) fn add(&mut self, declarations: &str, important: bool) {
        for declaration in split(declarations) {
            let Some((name, value)) = declaration.split_once(':') else {
                continue;
            };
            let value = value.to_ascii_lowercase();
            let (value, is_important) = match value.split_once('!') {
                Some((value, _)) => (value.trim(), true),
                None => (value.trim(), false),
            };
            if is_important == important && value != "inherit" {
                self.set(&name.trim().to_ascii_lowercase(), value);
            }
        }
    }

    /// What a stronger rule says takes the place of what is said already.
    pub(super) fn lay_over(&mut self, stronger: &Self) {
        *self = Self {
            display: stronger.display.or(self.display),
            visible: stronger.visible.or(self.visible),
            font: stronger.font.or(self.font),
            transparent: stronger.transparent.or(self.transparent),
            no_height: stronger.no_height.or(self.no_height),
            no_max_height: stronger.no_max_height.or(self.no_max_height),
            clips: stronger.clips.or(self.clips),
            color: stronger.color.or(self.color),
            background: stronger.background.or(self.background),
            space: stronger.space.or(self.space),
            bold: stronger.bold.or(self.bold),
            struck: stronger.struck.or(self.struck),
            right: stronger.right.or(self.right),
            no_border: stronger.no_border.or(self.no_border),
            no_bullets: stronger.no_bullets.or(self.no_bullets),
        };
    }

    fn set(&mut self, name: &str, value: &str) {
        match name {
            "display" => self.display = Some(display(value)),
            "visibility" => self.visible = Some(!matches!(value, "hidden" | "collapse")),
            "font-size" => self.font = Some(font(value)),
            "font" if value.starts_with('0') => self.font = Some(font(first_word(value))),
            "opacity" => self.transparent = Some(value.parse().is_ok_and(|part: f32| part <= 0.01)),
            "height" => self.no_height = Some(is_zero(value)),
            "max-height" => self.no_max_height = Some(is_zero(value)),
            "overflow" | "overflow-y" => self.clips = Some(matches!(value, "hidden" | "clip")),
            "color" => self.color = Some(paint(value)),
            "background" | "background-color" => self.background = Some(background(value)),
            "background-image" if value != "none" => self.background = Some(Paint::Unknown),
            "white-space" => self.space = space(value),
            "text-decoration" | "text-decoration-line" => {
                self.struck = Some(value.contains("line-through"));
            }
            "font-weight" => self.bold = Some(is_bold(value)),
            "text-align" => self.right = Some(matches!(value, "right" | "end")),
            "border" | "border-left" => {
                self.no_border = Some(value.starts_with("none") || is_zero(first_word(value)));
            }
            "list-style" | "list-style-type" => {
                self.no_bullets = Some(value.split_whitespace().any(|word| word == "none"));
            }
            _ => {}
        }
    }
}

/// Declarations one by one; a `;` in quotes or brackets ends none.
fn split(declarations: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let mut quote = None;
    declarations.split(move |c: char| {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, ';') => return depth == 0,
            _ => {}
        }
        false
    })
}

fn first_word(value: &str) -> &str {
    value.split_whitespace().next().unwrap_or_default()
}

fn display(value: &str) -> Display {
    match value {
        "none" => Display::None,
        "block" | "flex" | "grid" | "list-item" | "flow-root" => Display::Block,
        "inline" | "inline-block" | "contents" => Display::Inline,
        _ => Display::Other,
    }
}

/// The number and the unit behind it.
fn length(value: &str) -> Option<(f32, &str)> {
    let end = value
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+'))
        .unwrap_or(value.len());
    Some((value[..end].parse().ok()?, value[end..].trim()))
}

fn is_zero(value: &str) -> bool {
    length(value).is_some_and(|(number, _)| number <= 0.0)
}

/// One pixel is a trick as well: no one reads it.
fn font(value: &str) -> Font {
    match length(value) {
        Some((number, "px" | "pt" | "")) if number <= 1.0 => Font::Zero,
        Some((number, _)) if number <= 0.0 => Font::Zero,
        Some((_, "em" | "%")) => Font::Relative,
        None if matches!(value, "smaller" | "larger" | "unset") => Font::Relative,
        _ => Font::Readable,
    }
}

fn is_bold(value: &str) -> bool {
    value.starts_with("bold") || value.parse().is_ok_and(|weight: u16| weight >= 600)
}

fn space(value: &str) -> Option<Space> {
    match value {
        "pre" | "pre-wrap" | "break-spaces" => Some(Space::Keep),
        "pre-line" => Some(Space::Lines),
        "normal" | "nowrap" => Some(Space::Collapse),
        _ => None,
    }
}

fn background(value: &str) -> Paint {
    if value.contains("url(") || value.contains("gradient(") {
        return Paint::Unknown;
    }
    if value == "none" {
        return Paint::Clear;
    }
    match paint(value) {
        Paint::Unknown => paint(first_word(value)),
        known => known,
    }
}

/// A colour in CSS, or in an attribute of old.
pub(super) fn paint(value: &str) -> Paint {
    let value = value.trim().to_ascii_lowercase();
    let hex = value.strip_prefix('#').unwrap_or(&value);
    if hex.bytes().all(|octet| octet.is_ascii_hexdigit())
        && let Some(paint) = from_hex(hex)
    {
        return paint;
    }
    if let Some(inside) = value.strip_prefix("rgb") {
        return from_function(inside).unwrap_or(Paint::Unknown);
    }
    match value.as_str() {
        "transparent" => Paint::Clear,
        "white" => Paint::Rgb([255; 3]),
        "black" => Paint::Rgb([0; 3]),
        "whitesmoke" => Paint::Rgb([0xf5; 3]),
        "red" => Paint::Rgb([255, 0, 0]),
        "blue" => Paint::Rgb([0, 0, 255]),
        _ => Paint::Unknown,
    }
}

fn from_hex(hex: &str) -> Option<Paint> {
    let digit = |at: usize| u8::from_str_radix(hex.get(at..=at)?, 16).ok();
    let pair = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    match hex.len() {
        3 => Some(Paint::Rgb([17 * digit(0)?, 17 * digit(1)?, 17 * digit(2)?])),
        8 if pair(6)? == 0 => Some(Paint::Clear),
        6 | 8 => Some(Paint::Rgb([pair(0)?, pair(2)?, pair(4)?])),
        _ => None,
    }
}

/// `(255, 255, 255)`, `a(0 0 0 / 0)`
fn from_function(inside: &str) -> Option<Paint> {
    let inside = inside.trim_start_matches('a').trim();
    let inside = inside.strip_prefix('(')?.split(')').next()?;
    let mut parts = inside
        .split([',', ' ', '/'])
        .filter(|part| !part.is_empty());
    let mut next = || parts.next();
    let rgb = [
        next()?.parse().ok()?,
        next()?.parse().ok()?,
        next()?.parse().ok()?,
    ];
    match next().map(str::parse::<f32>) {
        Some(Ok(part)) if part <= 0.01 => Some(Paint::Clear),
        _ => Some(Paint::Rgb(rgb)),
    }
}

/// Whether nobody can tell these colours from each other.
pub(super) fn are_alike(one: [u8; 3], other: [u8; 3]) -> bool {
    let far = |(one, other): (u8, u8)| one.abs_diff(other) > 3;
    !one.into_iter().zip(other).any(far)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(style: &str) -> Declared {
        let mut declared = Declared::default();
        declared.add(style, false);
        declared.add(style, true);
        declared
    }

    #[test]
    fn what_matters_is_understood_in_whatever_form() {
        let style = declared(
            "FILTER:progid:DX(a;b); Display : NONE!important; font-size:0px;background:url('a;b');display:block",
        );
        assert_eq!(style.display, Some(Display::None));
        assert_eq!(style.font, Some(Font::Zero));
        assert_eq!(style.background, Some(Paint::Unknown));
        let style =
            declared("max-height:0;overflow:hidden;opacity:0.0;visibility:hidden;height:0.0em");
        assert_eq!(
            (style.no_max_height, style.clips, style.no_height),
            (Some(true), Some(true), Some(true))
        );
        assert_eq!(
            (style.transparent, style.visible),
            (Some(true), Some(false))
        );
        assert_eq!(declared("mso-hide:all;color"), Declared::default());
    }

    #[test]
    fn sizes_of_text_that_nobody_reads() {
        for (value, expected) in [
            ("0", Font::Zero),
            ("1px", Font::Zero),
            ("0.0em", Font::Zero),
            ("1.2em", Font::Relative),
            ("90%", Font::Relative),
            ("11pt", Font::Readable),
            ("small", Font::Readable),
        ] {
            assert_eq!(font(value), expected, "{value}");
        }
    }

    #[test]
    fn colours_are_compared_however_they_are_written() {
        for white in [
            "#fff",
            "#FFFFFF",
            "ffffff",
            "white",
            "rgb(255,255,255)",
            "rgba(255, 255, 255, .9)",
        ] {
            assert_eq!(paint(white), Paint::Rgb([255; 3]), "{white}");
        }
        assert_eq!(paint("rgba(0,0,0,0)"), Paint::Clear);
        assert_eq!(paint("#ffffff00"), Paint::Clear);
        assert_eq!(paint("papayawhip"), Paint::Unknown);
        assert_eq!(background("#fff no-repeat"), Paint::Rgb([255; 3]));
        assert!(are_alike([255; 3], [253; 3]) && !are_alike([255; 3], [245; 3]));
    }
}
