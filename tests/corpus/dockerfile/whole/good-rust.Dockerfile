# syntax=docker/dockerfile:1
FROM rust:1.91-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked && cp target/release/app /app

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --link --from=build /app /usr/local/bin/app
USER 65532
ENTRYPOINT ["/usr/local/bin/app"]
