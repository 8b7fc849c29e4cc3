//! Embeds `static/`: every file once as it is, once in gzip and once in brotli where that is
//! smaller, under a name with its content's hash.

use std::{env, error::Error, fmt::Write as _, fs, io::Write as _, path::Path};

use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=static");
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR")?;
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut names = Vec::new();
    for entry in fs::read_dir(Path::new(&root).join("static"))? {
        let entry = entry?;
        let name = entry
            .file_name()
            .into_string()
            .map_err(|_| "a name in static/ is not UTF-8")?;
        if entry.file_type()?.is_file() && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    // Debug builds are made often and served to nobody far away.
    let quick = env::var("PROFILE")? == "debug";
    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    for name in names {
        let plain = fs::read(Path::new(&root).join("static").join(&name))?;
        let hash: String = Sha256::digest(&plain)
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let keep = |kind: &str, bytes: Vec<u8>| -> Result<String, Box<dyn Error>> {
            if kind != "plain" && bytes.len() >= plain.len() {
                return Ok("None".to_owned());
            }
            let path = Path::new(&out).join(format!("{name}.{kind}"));
            fs::write(&path, bytes)?;
            let include = format!("include_bytes!({:?})", path.display().to_string());
            Ok(if kind == "plain" {
                include
            } else {
                format!("Some({include})")
            })
        };
        let (gzip, brotli) = (gzip(&plain, quick)?, brotli(&plain, quick)?);
        let (gzip, brotli) = (keep("gz", gzip)?, keep("br", brotli)?);
        let include = keep("plain", plain.clone())?;
        writeln!(
            table,
            "    Asset {{ name: {name:?}, hash: {hash:?}, plain: {include}, gzip: {gzip}, brotli: {brotli} }},"
        )?;
    }
    table.push_str("];\n");
    fs::write(Path::new(&out).join("assets.rs"), table)?;
    Ok(())
}

fn gzip(plain: &[u8], quick: bool) -> std::io::Result<Vec<u8>> {
    let level = if quick {
        flate2::Compression::fast()
    } else {
        flate2::Compression::best()
    };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
    encoder.write_all(plain)?;
    encoder.finish()
}

fn brotli(plain: &[u8], quick: bool) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let quality = if quick { 4 } else { 11 };
    let mut encoder = brotli::CompressorWriter::new(&mut out, 64 * 1024, quality, 22);
    encoder.write_all(plain)?;
    encoder.flush()?;
    drop(encoder);
    Ok(out)
}
