//! The frame of the sandbox's own pages: plain HTML, one style sheet, no script.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

const STYLE: &str = "
:root{color-scheme:light dark;--line:#8886;--accent:#0a5bc4;--on:#fff;--page:#fff;--text:#14181f}
@media(prefers-color-scheme:dark){:root{--accent:#8cbcff;--on:#10151c;--page:#14181f;--text:#eef1f5}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.6 ui-sans-serif,system-ui,'Hiragino Sans','Noto Sans JP',sans-serif;overflow-wrap:anywhere}
header,main{max-width:60rem;margin:0 auto;padding:.75rem 1rem}
header{border-bottom:1px solid var(--line)}header p{margin:0}
main.narrow{max-width:34rem}
h1{font-size:1.4rem;line-height:1.3}h2{font-size:1.1rem}
fieldset{border:1px solid var(--line);border-radius:8px;margin:0 0 1rem;padding:.5rem 1rem}
legend{font-weight:600;padding:0 .25rem}
label.row{display:flex;gap:.6rem;align-items:baseline;padding:.3rem 0;min-height:24px}
label.row span{flex:1}small{display:block;opacity:.85}
select,input[type=text]{font:inherit;padding:.35rem;max-width:100%}
button{font:inherit;min-height:44px;padding:.4rem 1.2rem;border-radius:8px;border:1px solid var(--accent);background:transparent;color:var(--accent);cursor:pointer}
button.main{background:var(--accent);color:var(--on)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}a{color:var(--accent)}
.wide{overflow-x:auto}.wide table{min-width:44rem}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top;font-variant-numeric:tabular-nums}
code,pre{font-family:ui-monospace,monospace;font-size:.85rem}pre{white-space:pre-wrap;margin:0}
.actions{display:flex;gap:.75rem;flex-wrap:wrap}
";

/// Text made safe for an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A whole page around `main`, which is trusted HTML; `class` is the class of its frame.
pub(crate) fn page(status: StatusCode, title: &str, class: &str, main: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><link rel=\"icon\" href=\"data:,\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head><body>\
         <header><p>Simulated Meta &mdash; nothing leaves this machine.</p></header>\
         <main class=\"{class}\"><h1>{title}</h1>{main}</main></body></html>"
    );
    (status, Html(html)).into_response()
}

/// A hidden field.
pub(crate) fn hidden(name: &str, value: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
        escape(name),
        escape(value)
    )
}

/// A radio button or checkbox with its label and a second line.
pub(crate) fn choice(
    kind: &str,
    name: &str,
    value: &str,
    label: &str,
    hint: &str,
    checked: bool,
) -> String {
    let checked = if checked { " checked" } else { "" };
    let hint = if hint.is_empty() {
        String::new()
    } else {
        format!("<small>{}</small>", escape(hint))
    };
    format!(
        "<label class=\"row\"><input type=\"{kind}\" name=\"{}\" value=\"{}\"{checked}><span>{}{hint}</span></label>",
        escape(name),
        escape(value),
        escape(label)
    )
}
