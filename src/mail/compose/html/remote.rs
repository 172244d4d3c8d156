//! Counts what a page would have fetched from elsewhere. Nothing of it ever is.

use std::collections::HashSet;

use crate::mail::compose::html::images::alt;
use crate::mail::compose::html::look::{Look, style_sheets};
use crate::mail::compose::html::tree::{Element, Tree};

/// Parts of addresses that tell a sender when a mail was opened.
const TRACKS: [&str; 22] = [
    "/track/open",
    "/trk/open",
    "/wf/open",
    "/open.php",
    "/open.aspx",
    "/open.gif",
    "/e/open",
    "/email/open",
    "open?",
    "opened?",
    "/o.gif",
    "/pixel",
    "pixel.gif",
    "/beacon",
    "/t.gif",
    "mailtrack",
    "emltrk.com",
    "emailopen",
    "awstrack.me/i0/",
    "email_open",
    "/ss/o/",
    "track.gif",
];

/// Addresses looked for in one style sheet.
const MAX_POINTERS: usize = 2_000;
/// Octets of an address in a style sheet.
const MAX_URL: usize = 2_000;

/// Addresses that would have been asked, each counted once.
#[derive(Debug, Default)]
pub(super) struct Remote {
    trackers: HashSet<String>,
    images: HashSet<String>,
    others: HashSet<String>,
}

impl Remote {
    /// Looks through a page.
    pub(super) fn of(tree: &Tree, looks: &[Look]) -> Self {
        let mut remote = Self::default();
        let elements = (0..tree.len()).filter_map(|id| Some((tree.element(id)?, looks[id])));
        for (element, look) in elements {
            remote.take(element, look);
            remote.take_css(element.get("style").unwrap_or_default());
        }
        remote.take_css(&style_sheets(tree));
        remote.images.retain(|url| !remote.trackers.contains(url));
        remote
    }

    fn take(&mut self, element: &Element, look: Look) {
        match element.name.as_str() {
            "img" => self.take_image(element, look),
            "input" if element.is("type", "image") => self.take_image(element, look),
            "image" | "feimage" => insert(&mut self.images, element.get("href")),
            "link" if element.get("rel").is_some_and(is_fetched) => {
                insert(&mut self.others, element.get("href"));
            }
            "source" | "iframe" | "frame" | "embed" | "audio" | "video" | "track" | "script"
            | "bgsound" => {
                insert(&mut self.others, element.get("src"));
                insert(&mut self.images, element.get("poster"));
            }
            "object" => insert(&mut self.others, element.get("data")),
            _ => {}
        }
        insert(&mut self.images, element.get("background"));
    }

    fn take_image(&mut self, image: &Element, look: Look) {
        let first_of_set = image
            .get("srcset")
            .and_then(|set| set.split_whitespace().next());
        for source in [image.get("src"), first_of_set] {
            let tracks = source.is_some_and(|source| is_tracker(image, look, source));
            let kind = if tracks {
                &mut self.trackers
            } else {
                &mut self.images
            };
            insert(kind, source);
        }
    }

    /// What a style sheet points at: `url(…)` and `@import`.
    fn take_css(&mut self, css: &str) {
        for (at, _) in css.match_indices("url(").take(MAX_POINTERS) {
            let inside = head(&css[at + 4..]);
            let url = inside.split(')').next().unwrap_or_default();
            let before = &css[css.ceil_char_boundary(at.saturating_sub(80))..at];
            let said = before.rsplit(['{', '}', ';']).next().unwrap_or_default();
            let is_font = said.contains("src") || said.contains("@import");
            let kind = if is_font {
                &mut self.others
            } else {
                &mut self.images
            };
            insert(kind, Some(url.trim().trim_matches(['"', '\''])));
        }
        for (at, word) in css.match_indices("@import").take(MAX_POINTERS) {
            let rest = head(&css[at + word.len()..]).trim_start();
            let url = rest.trim_start_matches(['"', '\'']);
            insert(&mut self.others, url.split(['"', '\'', ';']).next());
        }
    }

    /// `3 trackers, 12 remote images blocked`
    pub(super) fn note(&self) -> Option<String> {
        let count = |set: &HashSet<String>, one: &str, many: &str| match set.len() {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        };
        let (file, files) = match self.trackers.len() + self.images.len() {
            0 => ("remote file", "remote files"),
            _ => ("other remote file", "other remote files"),
        };
        let counts = [
            count(&self.trackers, "tracker", "trackers"),
            count(&self.images, "remote image", "remote images"),
            count(&self.others, file, files),
        ];
        let counts: Vec<String> = counts.into_iter().flatten().collect();
        (!counts.is_empty()).then(|| format!("{} blocked", counts.join(", ")))
    }
}

/// What there is to say of so many images.
pub(super) fn images(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 remote image blocked".to_owned()),
        count => Some(format!("{count} remote images blocked")),
    }
}

/// As much as an address may take.
fn head(css: &str) -> &str {
    &css[..css.floor_char_boundary(MAX_URL)]
}

fn insert(set: &mut HashSet<String>, url: Option<&str>) {
    let Some(url) = url.map(str::trim) else {
        return;
    };
    let is_remote = ["http:", "https:", "//", "ftp:"].iter().any(|start| {
        url.get(..start.len())
            .is_some_and(|begins| begins.eq_ignore_ascii_case(start))
    });
    if is_remote {
        set.insert(url.to_owned());
    }
}

fn is_fetched(rel: &str) -> bool {
    rel.split_ascii_whitespace().any(|word| {
        let word = word.to_ascii_lowercase();
        matches!(
            word.as_str(),
            "stylesheet"
                | "icon"
                | "preload"
                | "prefetch"
                | "preconnect"
                | "dns-prefetch"
                | "import"
        )
    })
}

/// Nothing to look at, or an address that is known for counting.
fn is_tracker(image: &Element, look: Look, source: &str) -> bool {
    let (across, down) = size(image);
    let is_dot = |pixels: Option<u32>| pixels.is_some_and(|pixels| pixels <= 1);
    if look.gone || (is_dot(across) && is_dot(down)) || across == Some(0) || down == Some(0) {
        return true;
    }
    let is_seen = across.is_some_and(|pixels| pixels > 3) && down.is_some_and(|pixels| pixels > 3);
    let source = source.to_ascii_lowercase();
    !is_seen && alt(image).is_none() && TRACKS.iter().any(|track| source.contains(track))
}

/// Width and height in pixels, from attributes or from the style.
fn size(image: &Element) -> (Option<u32>, Option<u32>) {
    let style = image.get("style").unwrap_or_default().to_ascii_lowercase();
    let styled = |name: &str| {
        let mut declarations = style.split(';').filter_map(|said| said.split_once(':'));
        let value = declarations.find(|(said, _)| said.trim() == name)?.1;
        let digits = value.trim().trim_end_matches("!important").trim();
        digits.strip_suffix("px").unwrap_or(digits).parse().ok()
    };
    let side = |name: &str| image.pixels(name).or_else(|| styled(name));
    (side("width"), side("height"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::compose::html::look::looks;

    fn note(html: &str) -> String {
        let dom = html2text::config::plain().parse_html(html.as_bytes());
        let tree = Tree::of(&dom.unwrap().document);
        Remote::of(&tree, &looks(&tree)).note().unwrap_or_default()
    }

    #[test]
    fn pictures_are_counted_once_and_enclosed_ones_are_not() {
        let html = "<img src='https://a.example/x.png'><IMG alt=x SRC=//b.example/y><img src=\"cid:1\">\
            <!-- <img src=http://c> --><img src='https://a.example/x.png'><img src=data:image/png;base64,x>";
        assert_eq!(note(html), "2 remote images blocked");
        assert_eq!(note("<p>none"), "");
    }

    #[test]
    fn trackers_are_told_from_pictures() {
        let html = "<img src=https://a.example/1 width=1 height=1><img src=https://a.example/2 style='width:1px;height:1px'>\
            <img src=https://a.example/3 style='display:none'><img src=https://a.example/4 height=0>\
            <img src='https://a.example/wf/open?upn=5'><img src=https://a.example/6 alt=map width=600 height=1>";
        assert_eq!(note(html), "5 trackers, 1 remote image blocked");
    }

    #[test]
    fn everything_else_that_would_be_fetched_is_counted() {
        let html = "<link rel=stylesheet href=https://a.example/1><iframe src=https://a.example/2></iframe>\
            <video poster=https://a.example/3 src=https://a.example/4></video><object data=//a.example/5></object>\
            <style>@import 'https://a.example/6'; @font-face{src:url(https://a.example/7)} p{background:url('https://a.example/8')}</style>\
            <table background=https://a.example/9><td style='background-image:url(https://a.example/10)'>";
        assert_eq!(note(html), "4 remote images, 6 other remote files blocked");
    }
}
