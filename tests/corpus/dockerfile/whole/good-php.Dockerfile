# syntax=docker/dockerfile:1
FROM composer:2.8 AS vendor
WORKDIR /app
COPY composer.json composer.lock ./
RUN --mount=type=cache,target=/tmp/cache composer install --no-dev --no-interaction --prefer-dist

FROM php:8.4-fpm-bookworm
WORKDIR /var/www/html
COPY --from=vendor /app/vendor ./vendor
COPY src ./src
USER 33
EXPOSE 9000
HEALTHCHECK --interval=30s --timeout=3s CMD ["php-fpm", "-t"]
