//! The site as its people use it: the real router on a real database, SQLite by default and
//! PostgreSQL when `TEST_DATABASE_URL` names a server.

mod accounts;
mod admin;
mod admin_board;
mod admin_forms;
mod admin_index;
mod admin_table;
mod admin_users;
mod binary;
mod board;
mod board_write;
mod changelist;
mod comments;
mod files;
mod hostile;
mod house;
mod jobs;
mod media;
mod readme;
mod remembered;
mod server;
mod start;
mod trouble;
mod tus;
mod uploads;
mod videos;
mod views;
mod web;
