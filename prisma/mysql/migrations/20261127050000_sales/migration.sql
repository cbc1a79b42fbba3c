CREATE TABLE `sales_slots` (
    `slot` INTEGER NOT NULL,
    `orders` INTEGER NOT NULL,
    `takings` BIGINT NOT NULL,

    PRIMARY KEY (`slot`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `sales_days` (
    `day` INTEGER NOT NULL,
    `product_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `units` BIGINT NOT NULL,
    `takings` BIGINT NOT NULL,

    PRIMARY KEY (`day`, `product_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `sales_progress` (
    `id` INTEGER NOT NULL,
    `epoch` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    `position` BIGINT NOT NULL DEFAULT 0,
    `built` VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',

    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO `sales_progress` (`id`) VALUES (1);
