CREATE TABLE `webhooks` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `url` VARCHAR(2048) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `types` VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `description` VARCHAR(800) NULL,
    `secret` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `key_id` CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `previous_secret` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `previous_key_id` CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `previous_until` DATETIME(3) NULL,
    `generation` INTEGER NOT NULL DEFAULT 1,
    `position` BIGINT NOT NULL,
    `failures` INTEGER NOT NULL DEFAULT 0,
    `next_attempt_at` DATETIME(3) NULL,
    `disabled_at` DATETIME(3) NULL,
    `disabled_reason` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `lost_from` BIGINT NULL,
    `lost_to` BIGINT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `webhook_attempts` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `webhook_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `attempts` MEDIUMTEXT NOT NULL,
    `created_at` DATETIME(3) NOT NULL,

    INDEX `webhook_attempts_webhook_id_id_idx`(`webhook_id`, `id`),
    INDEX `webhook_attempts_created_at_idx`(`created_at`),
    PRIMARY KEY (`id`),
    CONSTRAINT `webhook_attempts_webhook_id_fkey` FOREIGN KEY (`webhook_id`) REFERENCES `webhooks`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `webhook_lease` (
    `id` INTEGER NOT NULL,
    `holder` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `term` BIGINT NOT NULL DEFAULT 0,
    `beat` BIGINT NOT NULL DEFAULT 0,
    `revision` BIGINT NOT NULL DEFAULT 0,

    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO `webhook_lease` (`id`) VALUES (1);
