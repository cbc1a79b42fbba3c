-- Added in place, so that existing rows aren't written.
ALTER TABLE "users" ADD COLUMN "unlocks" INTEGER NOT NULL DEFAULT 0;
