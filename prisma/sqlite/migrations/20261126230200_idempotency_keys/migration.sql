CREATE TABLE "idempotency_keys" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "owner_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "answer" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX "idempotency_keys_owner_id_idx" ON "idempotency_keys"("owner_id");
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");
