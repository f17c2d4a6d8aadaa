//! The `wasm-bindgen` command, as far as Trunk uses it.
//!
//! It compiles in seconds where the full command line takes minutes, and because it is built from
//! this workspace's lock file its version can never differ from the library's. It does not know
//! the targets (bundler, node, deno) that this project never builds.

mod mute;
mod split;

use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|a| a == "--version" || a == "-V") {
        println!("wasm-bindgen {}", wasm_bindgen_shared::version());
        return Ok(());
    }
    generate(&Request::parse(&args)?)
}

/// One call, taken apart.
#[derive(Debug, PartialEq)]
struct Request {
    input: PathBuf,
    out_dir: PathBuf,
    out_name: String,
    no_modules: bool,
}

impl Request {
    /// Reads `--key value` and `--key=value`; refuses what it does not know, because a switch that
    /// is silently dropped gives a bundle that fails much later.
    fn parse(args: &[String]) -> Result<Self> {
        let (mut input, mut out_dir, mut out_name, mut no_modules) = (None, None, None, false);
        let mut rest = args.iter();
        while let Some(arg) = rest.next() {
            let (key, inline) = match arg.split_once('=') {
                Some((key, value)) if key.starts_with("--") => (key, Some(value.to_owned())),
                _ => (arg.as_str(), None),
            };
            let mut value = || {
                inline
                    .clone()
                    .or_else(|| rest.next().cloned())
                    .with_context(|| format!("{key} needs a value"))
            };
            match key {
                "--out-dir" => out_dir = Some(PathBuf::from(value()?)),
                "--out-name" => out_name = Some(value()?),
                "--target" => {
                    no_modules = match value()?.as_str() {
                        "web" => false,
                        "no-modules" => true,
                        other => bail!("target `{other}` is not built here: use web or no-modules"),
                    }
                }
                "--no-typescript" => {}
                _ if key.starts_with('-') => bail!("unknown option {arg}"),
                _ if input.is_some() => bail!("two input files: {arg} is one too many"),
                _ => input = Some(PathBuf::from(arg)),
            }
        }
        let input = input.context("no input file")?;
        let out_name = match out_name {
            Some(name) => name,
            None => input
                .file_stem()
                .and_then(|s| s.to_str())
                .context("input file has no name")?
                .to_owned(),
        };
        Ok(Self { input, out_dir: out_dir.context("--out-dir is missing")?, out_name, no_modules })
    }
}

fn generate(request: &Request) -> Result<()> {
    let split = split::split(&request.input, &request.out_dir, &request.out_name)?;
    let input = split.as_ref().map_or(&request.input, |split| &split.main);
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(input).out_name(&request.out_name).typescript(false);
    // The chunks are linked to what lld exports for them.
    bindgen.keep_lld_exports(split.is_some());
    if request.no_modules {
        bindgen.no_modules(true)?;
    } else {
        bindgen.web(true)?;
    }
    bindgen.generate(&request.out_dir)?;
    // Scripts without modules are those of workers.
    if request.no_modules {
        let module = request.out_dir.join(format!("{}_bg.wasm", request.out_name));
        let muted = mute::mute(&std::fs::read(&module)?)?;
        std::fs::write(&module, muted).with_context(|| format!("{}", module.display()))?;
    }
    match split {
        Some(split) => split.finish(&request.out_dir, &request.out_name),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Request> {
        Request::parse(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn reads_the_call_trunk_makes() {
        let request =
            parse("--target=web --out-dir=out --out-name=driver a/driver.wasm --no-typescript")
                .unwrap();
        assert_eq!(
            request,
            Request {
                input: "a/driver.wasm".into(),
                out_dir: "out".into(),
                out_name: "driver".into(),
                no_modules: false
            }
        );
        assert!(parse("--target no-modules --out-dir out w.wasm").unwrap().no_modules);
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for bad in [
            "--weird --out-dir=o a.wasm",
            "--target=deno --out-dir=o a.wasm",
            "a.wasm b.wasm",
            "--out-dir=o",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
