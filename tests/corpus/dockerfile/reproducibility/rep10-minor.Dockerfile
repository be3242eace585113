FROM node:22.14-bookworm-slim
