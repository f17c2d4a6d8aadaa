//! `--lan`: HTTPS for phones nearby. Browsers give camera and position only to secure origins, so
//! a plain address in the local network is not enough to try anything.

use axum_server::tls_rustls::RustlsConfig;
use qrcodegen::{QrCode, QrCodeEcc};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Days a certificate lasts; phones refuse more than 825.
const DAYS: u64 = 397;
/// Days after which a new one is made.
const RENEW_DAYS: u64 = 360;

/// Addresses of this machine in local networks, IPv4 first.
fn addresses() -> Vec<IpAddr> {
    let mut found: Vec<IpAddr> = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .filter(|i| !i.is_loopback() && !i.is_link_local())
        .map(|i| i.ip())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Where browsers find a server that listens here, the best address first.
pub fn places(listen: SocketAddr) -> Vec<String> {
    let addresses = match listen.ip().is_unspecified() {
        true => addresses(),
        false => vec![listen.ip()],
    };
    let mut places: Vec<String> = addresses
        .into_iter()
        .filter(|ip| listen.is_ipv6() || ip.is_ipv4())
        .map(|ip| format!("https://{}", SocketAddr::new(ip, listen.port())))
        .collect();
    if places.is_empty() {
        places.push(format!("https://localhost:{}", listen.port()));
    }
    places
}

/// The certificate in the data folder; made anew when it grows old or the addresses change.
///
/// # Errors
/// It cannot be made, written or read.
pub async fn certificate(data: &Path) -> io::Result<RustlsConfig> {
    // There is no default provider without this; a second call finds the first one's.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = data.join("lan");
    std::fs::create_dir_all(&folder)?;
    let mut names: Vec<String> = vec!["localhost".into(), Ipv4Addr::LOCALHOST.to_string()];
    names.extend(addresses().iter().map(IpAddr::to_string));
    let wanted = names.join("\n");
    let (cert, key, list) =
        (folder.join("cert.pem"), folder.join("key.pem"), folder.join("names.txt"));
    let young = std::fs::metadata(&cert).and_then(|m| m.modified()).is_ok_and(|t| {
        let age = SystemTime::now().duration_since(t).unwrap_or_default();
        age < Duration::from_secs(RENEW_DAYS * 86_400)
    });
    let same = std::fs::read_to_string(&list).is_ok_and(|l| l == wanted);
    if !(young && same && key.is_file()) {
        let (cert_pem, key_pem) = make(names)?;
        write_secret(&key, &key_pem)?;
        std::fs::write(&cert, cert_pem)?;
        std::fs::write(&list, wanted)?;
    }
    RustlsConfig::from_pem_file(cert, key).await
}

fn make(names: Vec<String>) -> io::Result<(String, String)> {
    let wrong = |e: rcgen::Error| io::Error::other(e.to_string());
    let key = KeyPair::generate().map_err(wrong)?;
    let mut params = CertificateParams::new(names).map_err(wrong)?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "Nightwatch in this network");
    params.distinguished_name = name;
    let now = SystemTime::now();
    params.not_before = (now - Duration::from_secs(86_400)).into();
    params.not_after = (now + Duration::from_secs((DAYS - 1) * 86_400)).into();
    let cert = params.self_signed(&key).map_err(wrong)?;
    Ok((cert.pem(), key.serialize_pem()))
}

fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    let _ = std::fs::remove_file(path);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}

/// A QR code for a terminal: two rows of modules a line, light on dark, with its quiet zone.
pub fn qr(text: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Low) else {
        return String::new();
    };
    let mut out = String::new();
    let size = code.size();
    let light = |x: i32, y: i32| !code.get_module(x, y);
    for y in (-2..size + 2).step_by(2) {
        for x in -2..size + 2 {
            out.push(match (light(x, y), light(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_quiet_zone() {
        let code = qr("https://192.0.2.1:8443/");
        let lines: Vec<&str> = code.lines().collect();
        assert!(lines[0].chars().all(|c| c == '█'));
        assert!(lines.iter().all(|l| l.starts_with("██") && l.ends_with("██")));
    }

    #[tokio::test]
    async fn a_certificate_is_made_once_and_kept() {
        let data = std::env::temp_dir().join(format!("nightwatch-lan-{}", std::process::id()));
        certificate(&data).await.unwrap();
        let first = std::fs::read(data.join("lan/cert.pem")).unwrap();
        certificate(&data).await.unwrap();
        let second = std::fs::read(data.join("lan/cert.pem")).unwrap();
        std::fs::remove_dir_all(&data).unwrap();
        assert_eq!(first, second);
    }
}
