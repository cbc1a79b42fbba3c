-- Added in place, so that existing rows aren't written. Existing users count as verified: nobody asked them to confirm.
ALTER TABLE "users" ADD COLUMN "email_verified" BOOLEAN NOT NULL DEFAULT true;
