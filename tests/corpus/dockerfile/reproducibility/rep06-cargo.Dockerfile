FROM rust:1.90 AS build
RUN cargo build --release
FROM debian:12-slim
COPY --from=build /x /x
