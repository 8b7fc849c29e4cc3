//! The film, and connections on which it is taken and thrown away.

use std::{
    io::{self, Read, Write},
    mem::MaybeUninit,
    net::{Ipv4Addr, SocketAddr},
};

use socket2::{Domain, Socket, Type};

use super::Failure;

/// What a viewer's kernel may hold for it, in bytes.
const RECEIVE: usize = 256 * 1024;

/// Discards what is received (recv(2), `MSG_TRUNC` on TCP); elsewhere it is copied and forgotten.
const DISCARD: i32 = if cfg!(target_os = "linux") { 0x20 } else { 0 };

/// The film, and as whom to ask for it.
pub struct Film {
    pub address: SocketAddr,
    pub path: String,
    cookie: String,
    pub len: u64,
}

impl Film {
    pub fn at(port: &str, path: &str, cookie: &[&str]) -> Result<Film, Failure> {
        let mut film = Film {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse()?)),
            path: path.to_owned(),
            cookie: cookie
                .first()
                .map(|cookie| format!("Cookie: {cookie}\r\n"))
                .unwrap_or_default(),
            len: 0,
        };
        let mut taker = Taker::new(film.address, false)?;
        taker.ask(&film.request(path, "Range: bytes=0-0\r\n"))?;
        let head = taker.head()?.ok_or("no answer")?;
        let whole = head
            .line("content-range")
            .and_then(|it| it.rsplit_once('/'));
        film.len = whole.ok_or_else(|| head.text.clone())?.1.parse()?;
        Ok(film)
    }

    pub fn request(&self, path: &str, lines: &str) -> Vec<u8> {
        let Film {
            address, cookie, ..
        } = self;
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{cookie}{lines}\r\n").into_bytes()
    }
}

/// The head of an answer.
pub struct Head {
    pub text: String,
}

impl Head {
    pub fn line(&self, name: &str) -> Option<&str> {
        self.text.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn is(&self, status: u16) -> Result<(), Failure> {
        let right = self.text.starts_with(&format!("HTTP/1.1 {status} "));
        right.then_some(()).ok_or_else(|| self.text.clone().into())
    }
}

/// A connection whose answers are taken and thrown away.
pub struct Taker {
    socket: Socket,
    start: Vec<u8>,
    bin: Vec<MaybeUninit<u8>>,
    /// Bytes of a body that came with its head.
    pub early: u64,
}

impl Taker {
    /// `paced` ones never wait: neither for the connection nor for bytes.
    pub fn new(address: SocketAddr, paced: bool) -> io::Result<Taker> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        if paced {
            socket.set_recv_buffer_size(RECEIVE)?;
            socket.set_nonblocking(true)?;
        }
        match socket.connect(&address.into()) {
            // It goes on by itself: EINPROGRESS.
            Err(error) if !paced => return Err(error),
            _ => {}
        }
        Ok(Taker {
            socket,
            start: Vec::new(),
            bin: vec![MaybeUninit::uninit(); if paced { 0 } else { 1 << 20 }],
            early: 0,
        })
    }

    pub fn ask(&mut self, request: &[u8]) -> io::Result<()> {
        self.start.clear();
        (&self.socket).write_all(request)
    }

    /// `None` while it has not come whole.
    pub fn head(&mut self) -> Result<Option<Head>, Failure> {
        let mut piece = [0; 2048];
        loop {
            let count = match (&self.socket).read(&mut piece) {
                Ok(0) => return Err("the connection was closed".into()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            self.start.extend_from_slice(&piece[..count]);
            let end = self.start.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                self.early = (self.start.len() - end - 4) as u64;
                let text = String::from_utf8_lossy(&self.start[..end]).into_owned();
                return Ok(Some(Head { text }));
            }
        }
    }

    /// Takes at most so many bytes of a body.
    pub fn take(&mut self, bin: Option<&mut [MaybeUninit<u8>]>, most: u64) -> io::Result<u64> {
        let bin = bin.unwrap_or(&mut self.bin);
        let most = bin.len().min(usize::try_from(most).unwrap_or(usize::MAX));
        let count = self.socket.recv_with_flags(&mut bin[..most], DISCARD)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(count as u64)
    }
}

/// Numbers that are no secret and the same in every run (xorshift64*).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % limit.max(1)
    }

    /// From 0 up to 1.
    pub fn share(&mut self) -> f64 {
        self.below(1 << 32) as f64 / (1_u64 << 32) as f64
    }
}
