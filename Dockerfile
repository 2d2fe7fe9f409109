# One image for every role: `docker run … vigie all`, `bot`, `worker`, `migrate`, or any other command of Vigie.
# Nothing is built: Node runs the TypeScript sources as they are. It needs no writable disk.

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages are a Node for machines without one, and native speed-ups that Vigie does without.
RUN npm ci --omit=dev --omit=optional

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
# .dockerignore says what little of the project this is.
COPY . .
# The image's user `node`, by number, so that Kubernetes can see that it is not root.
USER 1000:1000
# Slack calls 3000. Alertmanager, Prometheus and probes call 3001, which must not be reachable from the internet.
EXPOSE 3000 3001
# Where vigie.yaml changes http.private.port, this has to be changed too.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3001/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node is the first process, not npm, so that a stop (SIGTERM) reaches it.
ENTRYPOINT ["node", "src/main.ts"]
CMD ["all"]
