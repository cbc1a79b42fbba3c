-- Who made each change, and by which request. Added in place: existing events have neither.
ALTER TABLE "events" ADD COLUMN "actor_type" TEXT;
ALTER TABLE "events" ADD COLUMN "actor_id" TEXT;
ALTER TABLE "events" ADD COLUMN "request_id" TEXT;
