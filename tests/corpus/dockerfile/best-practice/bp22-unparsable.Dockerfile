FROM debian:12-slim
RUN if true; then echo
