CREATE TABLE `idempotency_keys` (
    `id` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `owner_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `fingerprint` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `key_id` CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `answer` MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `created_at` DATETIME(3) NOT NULL,

    INDEX `idempotency_keys_owner_id_idx`(`owner_id`),
    INDEX `idempotency_keys_created_at_idx`(`created_at`),
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
