//! Madang: a self-hosted video site in one binary.
//!
//! The house is laid out by what the site does. A room may use the rooms below it in this list. What
//! members write stands close together: pages of `board`, `comments` and `reports` may use each
//! other's nouns, stores and page parts; nouns and stores use no other room's.
//!
//! | room | what lives there |
//! |---|---|
//! | [`cli`] | one file a command: `serve`, `migrate`, `createsuperuser`, `changepassword`, `check`, `media`, `upload` |
//! | [`server`] | the listener: connections, their limits and their end |
//! | [`app`] | the URL table; the only file that applies layers |
//! | [`admin`] | the admin site: one door, one change list engine, one file a model, its log |
//! | [`media`] | key → may this viewer see it → bytes by range |
//! | [`ingest`] | upload → what is it really → what is in it → kept with its row |
//! | [`watch`] | the watch page: a video, what is said under it, what comes next |
//! | [`board`] | posts: list, search, reading, writing, files, feeds |
//! | [`comments`] | what is said under videos and posts: shown, written, changed, deleted |
//! | [`reports`] | what members report, hidden until somebody of the staff has looked at it |
//! | [`accounts`] | users, passwords, sign-up, login, logout, password change, the first superuser |
//! | [`videos`] | the video noun, who may see what, the listing, views, cards in texts |
//! | [`markdown`] | what people type → safe HTML, with the videos it links to apart |
//! | [`web`] | plumbing without nouns: layers, error pages, forms, page frame, sessions, assets, paging |
//! | [`state`] | what any handler may hold |
//! | [`db`] | two databases behind five verbs, transactions, migrations; knows no table |
//! | [`ffmpeg`] | the optional program: found at start, run within bounds |
//! | [`storage`] | where bytes live: received as a stream or in pieces, synced, renamed to a write-once key |
//! | [`settings`] | flag = environment variable = help text; checked together, once |
//! | [`words`] | the catalogue: every word a user reads, Korean and English |
//!
//! # The way of a request
//!
//! [`server`] accepts the connection, reads the head of each request on it and lets hyper hand that to
//! [`app::router`]. Its layers, from the outside in: the log line and request id; the client's address
//! and scheme; language and theme; pages remembered for visitors; security headers; compression of
//! pages; error pages; panics; allowed hosts; slow bodies; the refusal of other origins; the session; who
//! is asking. Then the room's handler runs, holding [`state::App`] and what its extractors read.
//!
//! A visitor's home, watch page or board list ends at [`web::remember`] if it was made before and
//! nothing was committed since, which [`db::Stamps`] tells. Whoever adds something to those pages that
//! depends on anything but the address, the language, the light, the host and the database takes them
//! out of the list in `app.rs`.
//!
//! # The way of a private video's byte
//!
//! `GET /media/{key}`: the connection shows the head to [`media::AtOnce`] before hyper sees anything of
//! it. That parses the key (so no path can be smuggled in) and asks for session, account and video in one
//! question, which those who come at the same time ask together; while nothing at all was committed to
//! SQLite since the last answer, that one still holds. [`videos::Visibility::access`] decides,
//! [`media::respond()`] answers conditions and ranges, and the connection has the system send its part of
//! the file from the page cache (Linux).
//!
//! All this only ever says yes. Whatever it does not answer goes through the layers to
//! [`media::pages`], which judges anew: refusals, errors, files of posts. There the body reads the file
//! as the viewer takes it, as on other systems and over HTTP/2. Nobody can tell from an answer which way
//! it came.
//!
//! # The way of an upload
//!
//! `POST /admin/videos/video/add/` passes the admin's door, which reads the sender's
//! [`admin::rights::Rights`]; the form's reader streams the file into [`storage::Incoming`], hidden
//! and locked; [`ingest`] looks what it really is, puts an index that stood at the end in front
//! ([`ingest::faststart`]) and makes a picture small; [`ingest::kept`] announces its key, puts it in
//! place and remembers whose it is, so that a fault in the form does not lose it. One transaction
//! then reads the rights again, gives the file to the video's row and writes the log. Killed
//! anywhere, the process leaves no file that is not removed by [`ingest::keep`] in the end.
//!
//! # The way of an upload in pieces
//!
//! `/admin/uploads/` speaks tus 1.0.0 to whoever may add or change videos: `POST` begins an upload,
//! each `PATCH` goes through [`ingest::unfinished::piece`] into a [`storage::Partial`], which one writer
//! holds at a time and which is as long as what is safe on the disk. With its last byte
//! [`ingest::unfinished::finish`] looks at it, makes it ready and puts it in place; from there on it is
//! a kept file as any other, and the form names it in its field `upload`. The form's own client is
//! `static/tus.js`; `static/admin-upload.js` lets saving wait for it.
//!
//! `madang upload` copies a file of this machine into [`storage::Incoming`], and from there it goes the
//! same way. [`ingest::inventory`] looks whether files and rows still belong together: for
//! `madang media`, and once a day for the log. A new column that names stored files stands there too.
//!
//! # The way of a job
//!
//! Where there is an ffmpeg, the transaction that gives a video its file also puts in what is to be done
//! for it ([`ingest::jobs`]): an MKV or MOV of fine codecs becomes an MP4, a video without a picture gets
//! one. The process's one worker takes the row, lets [`ffmpeg`] write into a [`storage::Incoming`], looks
//! at the result as at an upload, and gives it to the video if that still has the file it was made from.
//!
//! # A new model in the admin site
//!
//! One file in [`admin::models`]: its `MODEL` (names and what may be done), its `LIST` (columns,
//! filters, search, dates, order, actions) and its forms' routes. `admin/models/videos.rs` is the
//! example.

pub mod accounts;
pub mod admin;
pub mod app;
pub mod board;
pub mod cli;
pub mod comments;
pub mod db;
pub mod ffmpeg;
pub mod ingest;
pub mod markdown;
pub mod media;
pub mod reports;
pub mod server;
pub mod settings;
pub mod state;
pub mod storage;
pub mod videos;
pub mod watch;
pub mod web;
pub mod words;
