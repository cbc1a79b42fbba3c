CREATE TABLE "webhooks" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "url" TEXT NOT NULL,
    "types" TEXT,
    "description" TEXT,
    "secret" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "previous_secret" TEXT,
    "previous_key_id" TEXT,
    "previous_until" DATETIME,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "position" BIGINT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" DATETIME,
    "disabled_at" DATETIME,
    "disabled_reason" TEXT,
    "lost_from" BIGINT,
    "lost_to" BIGINT,
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL
) WITHOUT ROWID;

CREATE TABLE "webhook_attempts" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "webhook_id" TEXT NOT NULL,
    "attempts" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "webhook_attempts_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhooks" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "webhook_attempts_webhook_id_id_idx" ON "webhook_attempts"("webhook_id", "id");
CREATE INDEX "webhook_attempts_created_at_idx" ON "webhook_attempts"("created_at");

CREATE TABLE "webhook_lease" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "holder" TEXT,
    "term" BIGINT NOT NULL DEFAULT 0,
    "beat" BIGINT NOT NULL DEFAULT 0,
    "revision" BIGINT NOT NULL DEFAULT 0
);
INSERT INTO "webhook_lease" ("id") VALUES (1);
