//! What stands for the bytes of a file never reaches a viewer, whatever is done to it on the way.

use std::{
    io::{BufReader, Write},
    sync::Arc,
};

use axum::{Extension, Router, body::Body, extract::Path, routing::get};
use futures_util::stream;
use madang::web::handoff::Handoff;

use super::{
    Listening,
    sending::{kept, next, noise},
};
use crate::binary::{connect, rest};

/// A body that does to its stand-ins what no layer may do.
async fn spoilt(Extension(handoff): Extension<Handoff>, Path(how): Path<String>) -> Body {
    let mut file = tempfile::tempfile().expect("file");
    file.write_all(&noise(2000)).expect("write");
    let file = Arc::new(file);
    let bytes = handoff.give(&file, 0, 1000);
    let stream = |both: [axum::body::Bytes; 2]| {
        Body::from_stream(stream::iter(both.map(Ok::<_, std::io::Error>)))
    };
    match how.as_str() {
        "untouched" => Body::from(bytes),
        "copied" => Body::from(bytes.to_vec()),
        "without its end" => Body::from(bytes.slice(..999)),
        "without its beginning" => Body::from(bytes.slice(1..)),
        "dropped" => Body::from("something else"),
        "twice" => stream([bytes.clone(), bytes]),
        "in another order" => stream([handoff.give(&file, 1000, 1000), bytes]),
        "in chunks" => stream([bytes, handoff.give(&file, 1000, 1000)]),
        _ => unreachable!("{how}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stand_ins_that_anybody_touched_end_the_connection_and_are_never_sent() {
    let router = Router::new().route("/{how}", get(spoilt));
    let site = Listening::with(router, |_| ()).await;
    let got = |how: &str| {
        let mut stream = connect(site.port);
        let asked = kept(&format!("/{}", how.replace(' ', "%20")), "");
        stream.write_all(&asked).expect("write");
        stream
    };
    for how in [
        "copied",
        "without its end",
        "without its beginning",
        "dropped",
        "twice",
        "in another order",
    ] {
        let bytes = rest(&mut got(how));
        let zeros = bytes.windows(8).filter(|eight| **eight == [0; 8]);
        assert_eq!(zeros.count(), 0, "{how}");
        assert!(bytes.len() < 1000, "{how}: {} bytes", bytes.len());
    }
    let reply = next(&mut BufReader::new(got("untouched")));
    assert!(reply.body == noise(1000));
    let mut stream = got("in chunks");
    stream.shutdown(std::net::Shutdown::Write).expect("half");
    let bytes = rest(&mut stream);
    for half in noise(2000).chunks(1000) {
        assert!(bytes.windows(1000).any(|part| part == half));
    }
}
