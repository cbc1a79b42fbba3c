ALTER TABLE `users` ADD COLUMN `mfa` BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE `totps` (
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `secret` VARCHAR(255) NOT NULL,
    `key_id` CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `last_step` INTEGER NOT NULL DEFAULT 0,
    `created_at` DATETIME(3) NOT NULL,
    `confirmed_at` DATETIME(3) NULL,

    INDEX `totps_key_id_idx`(`key_id`),
    PRIMARY KEY (`user_id`),
    CONSTRAINT `totps_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `recovery_codes` (
    `hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,

    INDEX `recovery_codes_user_id_idx`(`user_id`),
    PRIMARY KEY (`hash`),
    CONSTRAINT `recovery_codes_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `mfa_tokens` (
    `hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,

    INDEX `mfa_tokens_user_id_idx`(`user_id`),
    INDEX `mfa_tokens_expires_at_idx`(`expires_at`),
    PRIMARY KEY (`hash`),
    CONSTRAINT `mfa_tokens_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
