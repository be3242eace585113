FROM node:22.14-slim
COPY package.json yarn.lock ./
RUN yarn install --production && yarn cache clean
