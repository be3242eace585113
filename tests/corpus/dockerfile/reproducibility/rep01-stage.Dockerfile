FROM debian:12-slim AS base
FROM base
FROM scratch AS s
FROM base
