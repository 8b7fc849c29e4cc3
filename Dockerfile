# docker build -t madang .
# docker run -p 8000:8000 -v madang:/data -e SECRET_KEY="$(openssl rand -hex 32)" madang
#
# Keep that SECRET_KEY: with another one at the next start everybody is logged out.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
# To put MKV and MOV into MP4 and to make missing thumbnails in the background, add ffmpeg (some 400 MB):
# RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/target/release/madang /usr/local/bin/madang
# A folder made here with its owner gives a fresh volume the same owner.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin madang \
    && install -d -o madang -g madang /data
USER madang
WORKDIR /data
VOLUME /data
ENV HOST=0.0.0.0 \
    PORT=8000 \
    DATABASE_URL=sqlite:////data/madang.sqlite3 \
    MEDIA_ROOT=/data/media
EXPOSE 8000
CMD ["madang"]
