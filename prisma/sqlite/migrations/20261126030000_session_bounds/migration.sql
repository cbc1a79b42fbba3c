-- The live sessions of a user are a range of an index, however many have ended; clients that a user signed in from are
-- found by their key. Sessions from before have no key.
ALTER TABLE "sessions" ADD COLUMN "client_key" TEXT;
ALTER TABLE "sessions" ADD COLUMN "refreshes" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "sessions_user_id_revoked_at_id_idx" ON "sessions"("user_id", "revoked_at", "id");

-- CreateIndex
CREATE INDEX "sessions_user_id_client_key_idx" ON "sessions"("user_id", "client_key");

-- DropIndex
DROP INDEX "sessions_user_id_idx";
