//! Names of months, weekdays and zones, in the languages in which programs have put them into `Date`.

/// Beginnings of the names of the months: English, then German, French, Spanish, Italian, Portuguese,
/// Dutch, the Nordic languages, Finnish, Polish, Czech, Hungarian, Turkish, Russian, Ukrainian, Greek.
/// Where one begins like another, the longer one comes first.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan", "jän", "ene", "gen", "sty", "led", "tammi", "oca", "янв", "січ", "ιαν",
    ],
    &[
        "feb", "fév", "fev", "fbr", "lut", "úno", "uno", "helmi", "şub", "sub", "фев", "лют", "φεβ",
    ],
    &[
        "maalis", "mar", "mär", "mrz", "mrt", "maa", "bře", "bre", "már", "мар", "бер", "μάρ",
        "μαρ",
    ],
    &[
        "apr", "abr", "avr", "kwi", "dub", "huhti", "ápr", "nis", "апр", "кві", "απρ",
    ],
    &[
        "may", "mai", "maj", "mei", "mag", "máj", "kvě", "kve", "touko", "мая", "май", "тра",
        "μάι", "μαϊ", "μαΐ",
    ],
    &[
        "jun", "juin", "giu", "cze", "čvn", "cvn", "červen", "cerven", "kesä", "jún", "haz", "июн",
        "чер", "ιούν", "ιουν",
    ],
    &[
        "jul",
        "juil",
        "lug",
        "lip",
        "čvc",
        "cvc",
        "červenec",
        "července",
        "cervenec",
        "heinä",
        "júl",
        "tem",
        "июл",
        "лип",
        "ιούλ",
        "ιουλ",
    ],
    &[
        "aug", "aoû", "aou", "ago", "sie", "srp", "elo", "ağu", "agu", "авг", "сер", "αύγ", "αυγ",
    ],
    &[
        "sep", "set", "wrz", "zář", "zar", "syys", "sze", "eyl", "сен", "вер", "σεπ",
    ],
    &[
        "oct", "okt", "ott", "out", "paź", "paz", "říj", "rij", "loka", "eki", "окт", "жов", "οκτ",
    ],
    &["nov", "marras", "lis", "kas", "ноя", "noe", "νοέ", "νοε"],
    &[
        "dec", "dez", "déc", "dic", "des", "gru", "pro", "joulu", "ara", "дек", "гру", "δεκ",
    ],
];

/// Letters of a name; longer words are none.
const MAX_NAME: usize = 12;

/// The month of that name, as far as it is written.
pub(super) fn month(word: &str) -> Option<i8> {
    let name = word.trim_end_matches('.').to_lowercase();
    let letters = name.chars().count();
    if !(3..=MAX_NAME).contains(&letters) || !name.chars().all(char::is_alphabetic) {
        return None;
    }
    let named = MONTHS.iter().enumerate().flat_map(|(at, names)| {
        let fitting = names.iter().filter(|start| name.starts_with(**start));
        fitting.map(move |start| (start.len(), at))
    });
    let (_, at) = named.max_by_key(|(length, _)| *length)?;
    i8::try_from(at + 1).ok()
}

/// Whether the name of a month is that of a weekday too, which is Tuesday in the South of Europe.
pub(super) fn is_weekday(word: &str) -> bool {
    word.to_lowercase().starts_with("mar")
}

/// Seconds east of UTC by the name of a zone that RFC 5322, section 4.3, gives a meaning. Others mean
/// UTC, as it asks: most of them mean several things.
pub(super) fn zone(word: &str) -> Option<i64> {
    let hours = match word.to_ascii_uppercase().as_str() {
        "UT" | "UTC" | "GMT" | "Z" => 0,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        _ => return None,
    };
    Some(hours * 3600)
}
