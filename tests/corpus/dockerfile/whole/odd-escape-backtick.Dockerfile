# escape=`
FROM debian:12-slim
RUN echo a `
    && echo b
