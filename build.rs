//! Writes what the app is compiled with from `content/`: the keys of its words and the public
//! keys it trusts. Texts themselves are loaded in the browser, one language at a time.

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=content/words");
    println!("cargo:rerun-if-changed=content/keys");
    println!("cargo:rerun-if-env-changed=NIGHTWATCH_SIGNING_KEY");
    // Where functions are used, for those who split the module (see docs/decisions/0006-chunks.md).
    if std::env::var("CARGO_CFG_TARGET_FAMILY").as_deref() == Ok("wasm") {
        println!("cargo:rustc-link-arg-bin=driver=--emit-relocs");
    }
    let content = Path::new("content");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let made = [
        ("words.rs", guide::build::words_rs(content)),
        ("keys.rs", guide::build::keys_rs(content)),
    ];
    for (file, text) in made {
        let written = match text {
            Ok(text) => std::fs::write(out.join(file), text).map_err(|e| e.to_string()),
            Err(problems) => Err(problems.iter().map(|p| format!("content/{p}\n")).collect()),
        };
        if let Err(e) = written {
            panic!("{file} cannot be made:\n{e}");
        }
    }
}
