//! Refuses CSS that the oldest supported browser (Chromium 96, Safari 16.4, Firefox 110) would drop,
//! and physical left and right, which do not turn with the direction of writing.
//!
//! What is newer is allowed inside `@supports`. The check reads names, not grammar: it knows where
//! strings, comments and blocks are, and no more.

/// What is too new, and since when Chromium has it.
const TOO_NEW: [(&str, &str); 30] = [
    ("@layer", "Chromium 99: older browsers drop the whole block"),
    ("@container", "Chromium 105"),
    ("@scope", "Chromium 118"),
    ("@starting-style", "Chromium 117"),
    (":has(", "Chromium 105"),
    (":dir(", "Chromium 120"),
    (":modal", "Chromium 105"),
    (":popover-open", "Chromium 114"),
    (":user-invalid", "Chromium 119"),
    (":user-valid", "Chromium 119"),
    ("color-mix(", "Chromium 111"),
    ("light-dark(", "Chromium 123"),
    ("oklch(", "Chromium 111"),
    ("oklab(", "Chromium 111"),
    ("lch(", "Chromium 111"),
    ("lab(", "Chromium 111"),
    ("color(", "Chromium 111"),
    ("hwb(", "Chromium 101"),
    ("round(", "Chromium 125"),
    ("mod(", "Chromium 125"),
    ("rem(", "Chromium 125"),
    ("abs(", "Chromium 138"),
    ("sin(", "Chromium 111"),
    ("cos(", "Chromium 111"),
    ("sqrt(", "Chromium 120"),
    ("pow(", "Chromium 120"),
    ("subgrid", "Chromium 117"),
    ("@import", "a further request before anything is painted: join the files instead"),
    ("@property", "Firefox 128"),
    ("field-sizing", "Chromium 123"),
];

/// Units of the visible viewport (Chromium 108) and line height (109).
const NEW_UNITS: [&str; 14] = [
    "dvh", "dvw", "dvi", "dvb", "dvmin", "dvmax", "svh", "svw", "svi", "svb", "lvh", "lvw", "lh",
    "rlh",
];

/// Properties of Chromium 104.
const NEW_PROPERTIES: [&str; 3] = ["translate", "rotate", "scale"];

/// Properties that have a logical twin, by start of name.
const PHYSICAL: [&str; 10] = [
    "margin-left",
    "margin-right",
    "padding-left",
    "padding-right",
    "border-left",
    "border-right",
    "scroll-margin-left",
    "scroll-margin-right",
    "scroll-padding-left",
    "scroll-padding-right",
];

/// Every problem as `line: sentence`.
pub fn check(css: &str) -> Vec<String> {
    let masked = mask(css);
    let mut problems = Vec::new();
    let mut blocks: Vec<Block> = Vec::new();
    let (mut start, mut line) = (0, 1);
    for (at, c) in masked.char_indices() {
        match c {
            '{' => {
                let prelude = &masked[start..at];
                let block = Block::of(prelude, blocks.last());
                let line = line_of(line, prelude);
                if block.kind == Kind::Style && blocks.iter().any(|b| b.kind == Kind::Style) {
                    problems.push(format!("{line}: nested rules need Chromium 112"));
                }
                if !block.guarded {
                    check_words(prelude, line, &mut problems);
                }
                blocks.push(block);
                start = at + 1;
            }
            '}' | ';' => {
                let guarded = blocks.last().is_some_and(|b| b.guarded);
                let text = &masked[start..at];
                check_declaration(text, line_of(line, text), guarded, &mut problems);
                if c == '}' && blocks.pop().is_none() {
                    problems.push(format!("{line}: a }} too many"));
                }
                start = at + 1;
            }
            _ => {}
        }
        if start == at + 1 {
            line = 1 + masked[..start].matches('\n').count();
        }
    }
    if !blocks.is_empty() {
        problems.push(format!("{line}: a block is not closed"));
    }
    problems
}

#[derive(PartialEq)]
enum Kind {
    /// `selector { … }`
    Style,
    /// `@media`, `@supports`, `@keyframes`, `@font-face` and their like.
    At,
    /// `from`, `50%` inside `@keyframes`.
    Frame,
}

struct Block {
    kind: Kind,
    keyframes: bool,
    /// Inside `@supports`: what is new may stand here.
    guarded: bool,
}

impl Block {
    fn of(prelude: &str, parent: Option<&Block>) -> Self {
        let prelude = prelude.trim();
        let guarded = parent.is_some_and(|p| p.guarded) || prelude.starts_with("@supports");
        let kind = if prelude.starts_with('@') {
            Kind::At
        } else if parent.is_some_and(|p| p.keyframes) {
            Kind::Frame
        } else {
            Kind::Style
        };
        Self { kind, keyframes: prelude.starts_with("@keyframes"), guarded }
    }
}

/// Selectors and at-rule preludes.
fn check_words(text: &str, line: usize, problems: &mut Vec<String>) {
    for (word, since) in TOO_NEW {
        if has_word(text, word) {
            problems.push(format!("{line}: {word} is not in every supported browser ({since}); use @supports or do without"));
        }
    }
    if text.contains('&') {
        problems.push(format!("{line}: & (nesting) needs Chromium 112"));
    }
    if text.trim_start().starts_with("@media") && text.contains(['<', '>']) {
        problems.push(format!(
            "{line}: ranges in @media need Chromium 104; write min-width or max-width"
        ));
    }
}

fn check_declaration(text: &str, line: usize, guarded: bool, problems: &mut Vec<String>) {
    if !guarded {
        check_words(text, line, problems);
    }
    let Some((name, value)) = text.split_once(':') else {
        return;
    };
    let (name, value) = (name.trim(), value.trim());
    if !guarded {
        if NEW_PROPERTIES.contains(&name) {
            problems
                .push(format!("{line}: the property `{name}` needs Chromium 104; write transform"));
        }
        for unit in numbers_with_units(value) {
            if NEW_UNITS.contains(&unit) {
                problems.push(format!("{line}: the unit {unit} is not in every supported browser; set it inside @supports"));
            }
        }
    }
    // `border-left-color` too, but not `--border-left`.
    let physical = PHYSICAL
        .iter()
        .any(|p| name == *p || name.strip_prefix(p).is_some_and(|r| r.starts_with('-')))
        || matches!(name, "left" | "right")
        || (name.starts_with("border-")
            && name.ends_with("-radius")
            && (name.contains("-left-") || name.contains("-right-")));
    let side = matches!(name, "text-align" | "float" | "clear")
        && value.split_whitespace().any(|v| v == "left" || v == "right");
    if physical || side {
        problems.push(format!("{line}: `{name}: {value}` is physical; use the logical twin (inline-start, inline-end, start, end)"));
    }
}

/// Whether the word stands there on its own: `lab(` is not in `oklab(`, `mod(` not in `--mod(`.
fn has_word(text: &str, word: &str) -> bool {
    let named = word.starts_with(|c: char| c.is_ascii_alphabetic());
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().last();
        let after = text[at + word.len()..].chars().next();
        let free_before = !named
            || !before
                .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '#'));
        let free_after = word.ends_with('(')
            || !after.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        free_before && free_after
    })
}

/// The unit of every number in a value: `min(10dvh, 2rem)` gives `dvh`, `rem`.
fn numbers_with_units(value: &str) -> Vec<&str> {
    let mut units = Vec::new();
    let cut = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '%' | '#'));
    for part in value.split(cut) {
        let digits = part.trim_start_matches(['-', '.']);
        if digits.starts_with(|c: char| c.is_ascii_digit()) {
            units.push(digits.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'));
        }
    }
    units
}

/// The line on which the text's first visible character stands.
fn line_of(line: usize, text: &str) -> usize {
    line + text.chars().take_while(|c| c.is_whitespace()).filter(|c| *c == '\n').count()
}

/// The same text with comments and strings blanked out, line by line in the same place.
fn mask(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut chars = css.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'*') => {
                let mut last = ' ';
                chars.next();
                for c in chars.by_ref() {
                    out.push(if c == '\n' { '\n' } else { ' ' });
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
            }
            '"' | '\'' => {
                out.push(c);
                while let Some(inner) = chars.next() {
                    if inner == '\\' {
                        chars.next();
                    } else if inner == c {
                        break;
                    }
                }
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::check;

    fn one(css: &str, part: &str) {
        let found = check(css);
        assert_eq!(found.len(), 1, "{css}: {found:?}");
        assert!(found[0].contains(part), "{css}: {found:?}");
    }

    #[test]
    fn refuses_what_is_too_new() {
        one("@layer base { a { color: red } }", "@layer");
        one("a:has(b) { color: red }", ":has(");
        one("a { color: color-mix(in srgb, red, blue) }", "color-mix(");
        one("a { color: oklab(1 0 0) }", "oklab(");
        one("a { block-size: 100dvh; }", "dvh");
        one("a { rotate: 3deg }", "transform");
        one("@media (width >= 30rem) { a { color: red } }", "ranges");
        one("a { b { color: red } }", "nested");
        one("@import 'x.css';", "@import");
        assert!(!check("a { &:hover { color: red } }").is_empty());
    }

    #[test]
    fn refuses_physical_sides() {
        for css in [
            "margin-left: 1px",
            "border-right-color: red",
            "right: 0",
            "text-align: left",
            "border-top-left-radius: 1px",
        ] {
            one(&format!("a {{ {css} }}"), "physical");
        }
    }

    #[test]
    fn lets_good_styles_through() {
        for css in [
            "@supports (height: 1dvh) { a { block-size: 100dvh } }",
            "@supports selector(:has(a)) { a:has(b) { color: red } }",
            "@media (min-width: 30rem) { a > b { margin-inline-start: env(safe-area-inset-left) } }",
            "a::before { content: '@layer & left:'; } /* :has( & */",
            "@keyframes spin { from { transform: rotate(0) scale(1) } 50% { opacity: 1 } }",
            ":root { --left: 1px; --margin-left: 2; } a { inset-inline-start: var(--left); text-align: start }",
            "@font-face { font-family: x; src: url(x.woff2) } .lab { inline-size: 2rem; color: #ab1dad }",
            "a { inset: 0; transition: transform 1s; transform: translate(1px, 2px) }",
        ] {
            assert_eq!(check(css), Vec::<String>::new(), "{css}");
        }
    }

    #[test]
    fn names_the_line_and_broken_blocks() {
        assert!(check("a {\n  color: red;\n\n  left: 0;\n}\n")[0].starts_with("4: "));
        assert!(!check("a { color: red").is_empty());
        assert!(!check("a { } }").is_empty());
    }
}
