//! Photos in pieces, whole, broken, false and explosive.

use super::common::{Site, bearer, site};
use axum::http::Method;
use image::{DynamicImage, Rgb, RgbImage};
use server::photos::picture;
use server::store::conformance::kit::Device;
use server::token;

fn jpeg(seed: u8) -> Vec<u8> {
    let dot = |x: u32, y: u32| Rgb([x as u8, y as u8 ^ seed, seed]);
    let drawn = RgbImage::from_fn(200, 150, dot);
    let mut jpeg = picture::encode(&DynamicImage::ImageRgb8(drawn)).unwrap();
    // What hides behind a picture's end must not come through.
    jpeg.extend_from_slice(SECRET);
    jpeg
}

const SECRET: &[u8] = b"48.137154,11.576124";

fn sha(bytes: &[u8]) -> String {
    case::id::hex(&token::sha256(bytes))
}

struct Upload<'a> {
    site: &'a Site,
    auth: String,
    path: String,
}

impl<'a> Upload<'a> {
    fn new(site: &'a Site, device: &Device, sha: &str) -> Upload<'a> {
        Upload {
            site,
            auth: bearer(device),
            path: format!("/v1/cases/{}/photos/{sha}", device.case),
        }
    }
    async fn put(&self, bytes: &[u8], from: usize, to: usize) -> super::common::Answer {
        let range = format!("bytes {from}-{}/{}", to - 1, bytes.len());
        let head = [("authorization", self.auth.as_str()), ("content-range", &range)];
        let piece = bytes[from..to].to_vec();
        self.site.ask(Method::PUT, &self.path, &head, piece).await
    }
    async fn offset(&self) -> (String, String) {
        let head = [("authorization", self.auth.as_str())];
        let answer = self.site.ask(Method::HEAD, &self.path, &head, vec![]).await;
        assert_eq!(answer.status, 200);
        (answer.header("upload-offset").into(), answer.header("upload-complete").into())
    }
    async fn get(&self) -> super::common::Answer {
        self.site.get(&self.path, &[("authorization", &self.auth)]).await
    }
}

#[tokio::test]
async fn pieces_come_in_any_order_and_more_than_once() {
    let site = site().await;
    let phone = site.open().await;
    let bytes = jpeg(1);
    let upload = Upload::new(&site, &phone, &sha(&bytes));
    let end = bytes.len();
    assert_eq!(upload.offset().await, ("0".into(), "?0".into()));
    assert_eq!(upload.put(&bytes, 1000, 2000).await.status, 202);
    assert_eq!(upload.offset().await.0, "0");
    assert_eq!(upload.put(&bytes, 0, 500).await.status, 202);
    assert_eq!(upload.offset().await.0, "500");
    assert_eq!(upload.put(&bytes, 300, 1200).await.status, 202);
    assert_eq!(upload.offset().await.0, "2000");
    assert_eq!(upload.get().await.fault(), (404, "missing".into()));
    assert_eq!(upload.put(&bytes, 0, 500).await.status, 202);
    let done = upload.put(&bytes, 2000, end).await;
    assert_eq!((done.status.as_u16(), done.header("upload-complete")), (200, "?1"));
    assert_eq!(upload.put(&bytes, 0, end).await.status, 200);
    assert_eq!(upload.offset().await, (end.to_string(), "?1".into()));

    let shown = upload.get().await;
    assert_eq!(shown.header("content-type"), "image/jpeg");
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    assert_eq!(shown.header("cross-origin-resource-policy"), "same-origin");
    assert!(shown.header("cache-control").starts_with("private"));
    assert!(shown.body.starts_with(&[0xff, 0xd8, 0xff]));
    assert!(!shown.body.windows(SECRET.len()).any(|w| w == SECRET));
    assert!(!site.app.photos.file("").exists());

    let slice = site.app.store.slice(&phone.case, 0).await.unwrap().unwrap();
    let received =
        slice.events.iter().filter(|s| s.e.b.event().is_some_and(|e| e.tag() == "received"));
    assert_eq!(received.count(), 1);
    // To devices of the case and to agents only.
    let stranger = site.open().await;
    let mut foreign = Upload::new(&site, &phone, &sha(&bytes));
    foreign.auth = bearer(&stranger);
    assert_eq!(foreign.get().await.fault().0, 403);
    assert_eq!(foreign.put(&bytes, 0, 9).await.fault().0, 403);
    let cookie = site.agent("Li").await;
    assert_eq!(site.get(&upload.path, &[("cookie", &cookie)]).await.status, 200);
    let other_case = Upload::new(&site, &stranger, &sha(&bytes));
    assert_eq!(other_case.get().await.fault().0, 404);
}

#[tokio::test]
async fn a_wrong_hash_forgets_everything() {
    let site = site().await;
    let phone = site.open().await;
    let bytes = jpeg(2);
    let upload = Upload::new(&site, &phone, &sha(b"something else"));
    let answer = upload.put(&bytes, 0, bytes.len()).await;
    assert_eq!(answer.fault(), (422, "hash".into()));
    assert_eq!(upload.offset().await.0, "0");
    assert_eq!(site.app.store.photos_open().await.unwrap(), []);
}

#[tokio::test]
async fn what_is_no_photo_is_refused() {
    let site = site().await;
    let phone = site.open().await;
    let cut = jpeg(3)[..400].to_vec();
    let pages = [
        b"<html><script>alert(1)</script></html>".to_vec(),
        b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(),
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
        cut,
    ];
    for bytes in pages {
        let upload = Upload::new(&site, &phone, &sha(&bytes));
        let answer = upload.put(&bytes, 0, bytes.len()).await;
        assert_eq!(answer.fault(), (415, "not_a_photo".into()));
        assert_eq!(upload.offset().await.0, "0");
    }
    let slice = site.app.store.slice(&phone.case, 0).await.unwrap().unwrap();
    assert_eq!(slice.top, 1, "nothing was received");
}

/// 20,000 × 20,000 pixels of nothing, as small as PNG makes them.
fn bomb() -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 20_000, 20_000);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    let row = vec![0u8; 20_000];
    for _ in 0..20_000 {
        std::io::Write::write_all(&mut stream, &row).unwrap();
    }
    stream.finish().unwrap();
    drop(writer);
    out
}

#[tokio::test]
async fn a_bomb_is_refused_before_it_is_decoded() {
    let site = site().await;
    let phone = site.open().await;
    let bytes = tokio::task::spawn_blocking(bomb).await.unwrap();
    assert!(bytes.len() < 500 * 1024, "{} bytes", bytes.len());
    let upload = Upload::new(&site, &phone, &sha(&bytes));
    let began = std::time::Instant::now();
    let whole = upload.put(&bytes, 0, bytes.len()).await;
    assert_eq!(whole.fault(), (415, "not_a_photo".into()));
    assert!(whole.json()["why"].as_str().unwrap().contains("20000 x 20000"));
    // Its end first: the header comes with the last piece and is still judged before the pixels.
    assert_eq!(upload.put(&bytes, 20, bytes.len()).await.status, 202);
    let last = upload.put(&bytes, 0, 20).await;
    assert_eq!(last.fault(), (415, "not_a_photo".into()));
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
}

#[tokio::test]
async fn ranges_and_sizes_that_do_not_fit() {
    let site = site().await;
    let phone = site.open().await;
    let upload = Upload::new(&site, &phone, &sha(b"x"));
    let put = async |range: &'static str, body: usize| {
        let head = [("authorization", upload.auth.as_str()), ("content-range", range)];
        site.ask(Method::PUT, &upload.path, &head, vec![9; body]).await.fault()
    };
    for range in ["bytes 5-4/9", "bytes 0-9/9", "bytes */9", "0-3/9", "bytes 0-x/9"] {
        assert_eq!(put(range, 4).await, (400, "bad".into()), "{range}");
    }
    assert_eq!(put("bytes 5-8/9", 5).await, (400, "bad".into()));
    assert_eq!(put("bytes 5-8/9", 0).await, (400, "bad".into()));
    assert_eq!(put("bytes 5-8/99999999", 4).await, (413, "too_large".into()));
    let head = [("authorization", upload.auth.as_str())];
    let large = vec![0xff; (12 << 20) + 1];
    let answer = site.ask(Method::PUT, &upload.path, &head, large).await;
    assert_eq!(answer.fault(), (413, "too_large".into()));
    let path = format!("/v1/cases/{}/photos/..%2f..%2fetc", phone.case);
    let answer = site.ask(Method::PUT, &path, &head, vec![1]).await;
    assert_eq!(answer.fault().0, 404);
}

#[tokio::test]
async fn an_upload_interrupted_at_its_end_is_finished_at_the_next_start() {
    let site = site().await;
    let phone = site.open().await;
    let bytes = jpeg(4);
    let name = sha(&bytes);
    let whole = format!("0-{}", bytes.len() - 1);
    let (app, size) = (&site.app, bytes.len() as u64);
    app.photos.write(&phone.case, &name, 0, bytes.into()).await.unwrap();
    app.store.photo_piece(&phone.case, &name, size, whole).await.unwrap();
    app.photos.resume(&*app.store).await;
    let upload = Upload::new(&site, &phone, &name);
    assert_eq!(upload.offset().await, (size.to_string(), "?1".into()));
    assert_eq!(upload.get().await.status, 200);

    // The same without a restart: asking finishes it.
    let bytes = jpeg(5);
    let (name, size) = (sha(&bytes), bytes.len() as u64);
    let whole = format!("0-{}", size - 1);
    app.photos.write(&phone.case, &name, 0, bytes.into()).await.unwrap();
    app.store.photo_piece(&phone.case, &name, size, whole).await.unwrap();
    let upload = Upload::new(&site, &phone, &name);
    assert_eq!(upload.offset().await, (size.to_string(), "?1".into()));
}
