//! Words of the board.

super::words! {
    title = "게시판", "Board";
}
