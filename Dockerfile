# `docker build -t stockroom .` makes an image that serves a shop: of one node on SQLite with a volume at /app/data, or of
# many on MySQL (docker-compose.yml). It writes to /app/data and /tmp alone.
FROM node:24-bookworm-slim AS build
WORKDIR /app
# On Node 24 the SQLite driver comes as a binary for x64 and arm64, so no compiler is needed.
COPY package.json package-lock.json .npmrc ./
COPY drivers ./drivers
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM build AS pruned
# What npm calls optional are tools that Prisma's client names as peers, and the two releases of the SQLite driver, of which
# the one that runs here is copied below. --include=prod overrides the include=dev of .npmrc.
RUN npm prune --omit=dev --omit=optional --include=prod --no-audit --no-fund && find dist -name '*.map' -delete

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=pruned /app/package.json ./
COPY --from=pruned /app/node_modules ./node_modules
# Of the driver, neither its sources nor its binaries for other systems.
COPY --from=build /app/node_modules/better-sqlite3-13/package.json /app/node_modules/better-sqlite3-13/LICENSE ./node_modules/better-sqlite3-13/
COPY --from=build /app/node_modules/better-sqlite3-13/lib ./node_modules/better-sqlite3-13/lib
COPY --from=build /app/node_modules/better-sqlite3-13/prebuilds/linux-*.node ./node_modules/better-sqlite3-13/prebuilds/
COPY --from=pruned /app/prisma/sqlite/migrations ./prisma/sqlite/migrations
COPY --from=pruned /app/prisma/mysql/migrations ./prisma/mysql/migrations
COPY --from=pruned /app/NOTICE ./
COPY --from=pruned /app/dist ./dist
RUN mkdir data && chown node:node data
USER node
VOLUME /app/data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/server.js"]
