-- CreateTable
CREATE TABLE `passkeys` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `credential_id` VARCHAR(1400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `public_key` TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `counter` BIGINT NOT NULL DEFAULT 0,
    `transports` VARCHAR(255) NOT NULL,
    `backed_up` BOOLEAN NOT NULL,
    `name` VARCHAR(400) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `last_used_at` DATETIME(3) NULL,

    UNIQUE INDEX `passkeys_credential_id_key`(`credential_id`),
    INDEX `passkeys_user_id_id_idx`(`user_id`, `id`),
    PRIMARY KEY (`id`),
    CONSTRAINT `passkeys_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `used_challenges` (
    `hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,

    INDEX `used_challenges_expires_at_idx`(`expires_at`),
    PRIMARY KEY (`hash`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
