-- CreateTable
CREATE TABLE `mails` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `kind` VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `recipient` VARCHAR(254) NOT NULL,
    `attempts` INTEGER NOT NULL DEFAULT 0,
    `created_at` DATETIME(3) NOT NULL,
    `next_attempt_at` DATETIME(3) NULL,
    `sent_at` DATETIME(3) NULL,

    INDEX `mails_user_id_kind_idx`(`user_id`, `kind`),
    INDEX `mails_recipient_kind_idx`(`recipient`, `kind`),
    INDEX `mails_sent_at_next_attempt_at_idx`(`sent_at`, `next_attempt_at`),
    PRIMARY KEY (`id`),
    CONSTRAINT `mails_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `mail_tokens` (
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `kind` VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `email` VARCHAR(254) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,

    UNIQUE INDEX `mail_tokens_hash_key`(`hash`),
    INDEX `mail_tokens_expires_at_idx`(`expires_at`),
    PRIMARY KEY (`user_id`, `kind`),
    CONSTRAINT `mail_tokens_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
