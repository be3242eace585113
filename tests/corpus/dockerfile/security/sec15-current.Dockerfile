FROM node:24.11-bookworm-slim AS a
FROM python:3.13-slim AS b
FROM debian:12-slim
COPY --from=a /x /x
COPY --from=b /x /x
