-- Who made each change, and by which request. Existing events have neither.
ALTER TABLE `events`
    ADD COLUMN `actor_type` VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN `actor_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN `request_id` VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL;
