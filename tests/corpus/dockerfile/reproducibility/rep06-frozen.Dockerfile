FROM node:22.14-slim
COPY package.json yarn.lock ./
RUN yarn install --immutable
RUN pnpm install --frozen-lockfile --prod
RUN cargo build --release --locked
