//! Fills a database with a board of 100,000 posts and a million comments, by the program's own
//! statements, so that what `script/bench` measures is what members' posts would be.
//!
//! `cargo run --release --example fill_board -- DATABASE_URL`: SQLite or PostgreSQL, empty before.

use std::time::{SystemTime, UNIX_EPOCH};

use madang::{
    board::store::{self, Written},
    db::{Db, Time},
    settings::Written as Settings,
};

const POSTS: i64 = 100_000;
const WRITERS: i64 = 1_000;
const COMMENTS_EACH: i64 = 10;

/// How many words there are.
const VOCABULARY: f64 = 5_000.0;

/// The most frequent words, in this order.
const WORDS: [&str; 60] = [
    "강의",
    "영상",
    "질문",
    "과제",
    "발표",
    "오늘",
    "수업",
    "자료",
    "공유",
    "후기",
    "설치",
    "오류",
    "파이썬",
    "러스트",
    "서버",
    "배포",
    "데이터",
    "화면",
    "재생",
    "자막",
    "업로드",
    "댓글",
    "공지",
    "모임",
    "신청",
    "마감",
    "일정",
    "변경",
    "안내",
    "감사합니다",
    "궁금합니다",
    "해결했습니다",
    "링크",
    "사진",
    "음악",
    "공연",
    "축제",
    "여행",
    "요리",
    "실습",
    "중간고사",
    "기말고사",
    "점수",
    "출석",
    "조별",
    "토론",
    "참고문헌",
    "컴퓨터공학",
    "네트워크",
    "운영체제",
    "자료구조",
    "알고리즘",
    "데이터베이스",
    "클라우드",
    "보안",
    "프로젝트",
    "포트폴리오",
    "면접",
    "취업",
    "졸업작품",
];
const SYLLABLES: [&str; 40] = [
    "가", "거", "고", "구", "그", "기", "나", "내", "다", "대", "도", "동", "라", "리", "마", "무",
    "문", "미", "바", "보", "부", "비", "사", "상", "생", "서", "선", "성", "소", "수", "시", "식",
    "실", "심", "아", "안", "양", "어", "연", "영",
];
const ENDINGS: [&str; 8] = ["", "", "을", "는", "에서", "으로", "입니다", "까지"];

/// A row of numbers that is the same in every run (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    /// One of [`WORDS`] or of some thousand made of syllables; the n-th word is 1/n as frequent as the
    /// first one (Zipf's law).
    fn word(&mut self) -> String {
        let even = self.below(1 << 20) as f64 / f64::from(1 << 20);
        let place = VOCABULARY.powf(even) as usize - 1;
        match WORDS.get(place) {
            Some(word) => (*word).to_owned(),
            None => [place / 40, place, place / 7]
                .iter()
                .take(2 + place % 2)
                .map(|seed| SYLLABLES[seed % SYLLABLES.len()])
                .collect(),
        }
    }

    fn words(&mut self, count: usize) -> String {
        let mut text = String::new();
        for number in 0..count {
            text.push_str(&self.word());
            text.push_str(ENDINGS[self.below(ENDINGS.len())]);
            text.push_str(if number % 12 == 11 { ".\n\n" } else { " " });
        }
        text
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let url = std::env::args().nth(1).expect("DATABASE_URL");
    let written = Settings {
        database_url: Some(url),
        debug: Some("on".to_owned()),
        ..Settings::default()
    };
    let settings = written.check().map_err(anyhow::Error::msg)?;
    let db = Db::open(&settings.database).await?;
    db.migrate(&settings.database).await?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros() as i64;

    let mut tx = db.begin().await?;
    for number in 1..=WRITERS {
        let name = format!("writer{number}");
        let sql = "INSERT INTO users (username, username_key, password, date_joined) \
                   VALUES ($1, $1, '!', $2)";
        tx.run(sql, (name, now)).await?;
    }
    let first: i64 = tx
        .get(
            "SELECT MIN(id) FROM users WHERE username LIKE 'writer%'",
            (),
        )
        .await?;
    tx.commit().await?;

    let mut chance = Chance(0x6d61_6461_6e67);
    let minute = 60_000_000;
    for start in (0..POSTS).step_by(1_000) {
        let mut tx = db.begin().await?;
        for number in start..start + 1_000 {
            let title_words = 3 + chance.below(5);
            let title = format!("{}{number}", chance.words(title_words));
            let body_words = 40 + chance.below(200);
            let body = chance.words(body_words);
            let writer = first + chance.below(WRITERS as usize) as i64;
            let post = Written {
                title: title.trim(),
                body: body.trim(),
                is_notice: number % 20_000 == 77,
            };
            store::add(
                &mut tx,
                writer,
                &post,
                Time(now - (POSTS - number) * minute),
            )
            .await?;
        }
        tx.commit().await?;
    }

    for round in 0..COMMENTS_EACH {
        let sql = "INSERT INTO comments (post_id, user_id, body, search_key, created_at, updated_at) \
                   SELECT id, $1 + (id * 7 + $2) % $3, '댓글 ' || id || ' 감사합니다. 잘 보았습니다.', \
                   '댓글 ' || id || ' 감사합니다. 잘 보았습니다.', created_at, created_at FROM posts";
        db.run(sql, (first, round, WRITERS)).await?;
    }
    db.run(
        "UPDATE posts SET comments = $1, views = (id * 37) % 5000",
        (COMMENTS_EACH,),
    )
    .await?;
    db.run(db.dialect("ANALYZE", "VACUUM ANALYZE"), ()).await?;
    db.close().await;
    Ok(())
}
