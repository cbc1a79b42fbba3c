-- Added in place, so that existing rows aren't written. Their names are indexed by the program while it runs.
ALTER TABLE "users" ADD COLUMN "disabled" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "users" ADD COLUMN "last_seen_at" DATETIME;
ALTER TABLE "users" ADD COLUMN "term_rules" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "user_terms" (
    "term" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,

    PRIMARY KEY ("term", "user_id"),
    CONSTRAINT "user_terms_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
) WITHOUT ROWID;

-- CreateIndex
CREATE INDEX "user_terms_user_id_term_idx" ON "user_terms"("user_id", "term");

-- CreateIndex
CREATE INDEX "users_role_id_idx" ON "users"("role", "id");

-- CreateIndex
CREATE INDEX "users_disabled_id_idx" ON "users"("disabled", "id");

-- CreateIndex
CREATE INDEX "users_term_rules_id_idx" ON "users"("term_rules", "id");

-- DropIndex
DROP INDEX "users_role_idx";
