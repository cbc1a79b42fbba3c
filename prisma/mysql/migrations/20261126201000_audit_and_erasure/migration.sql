-- When the account was erased; null for all others.
ALTER TABLE `users` ADD COLUMN `erased_at` DATETIME(3) NULL;

-- CreateTable
CREATE TABLE `audit_entries` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `at` DATETIME(3) NOT NULL,
    `actor_type` VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `actor_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `action` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `subject_type` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `subject_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `details` TEXT NOT NULL,
    `request_id` VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,

    INDEX `audit_entries_actor_id_id_idx`(`actor_id`, `id`),
    INDEX `audit_entries_subject_id_id_idx`(`subject_id`, `id`),
    INDEX `audit_entries_subject_id_actor_id_id_idx`(`subject_id`, `actor_id`, `id`),
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
