// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "minyi",
    products: [.executable(name: "minyi", targets: ["minyi"])],
    dependencies: [
        // The web server: routing, static files, conditional GET, graceful shutdown.
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        // Pages are Mustache templates under web/templates; slips as pictures are drawn by Slips.
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        // AES-GCM for contacts, HMAC for blind indexes and codes, SHA-256 for proofs, scrypt for passwords.
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        // Signed tokens of OpenID providers.
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
        // Structured logs.
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        // Counters and timers of requests, shown at /metrics.
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        // The command line of `minyi`.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // One reading of configuration: command line, environment, file.
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0"),
        // Starts and stops the services of a process in order.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        // Runs the embedded PostgreSQL as another user and in a session of its own, and pandoc.
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
        // File paths and descriptors: the vocabulary of swift-subprocess and swift-configuration.
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        // Locales, and the demo's figures, are YAML.
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        // A queue that is cheap at both ends; NIO brings it along anyway.
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        // HTTP types and NIO are Hummingbird's own vocabulary; imported where a request is read.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CQrcodegen", pkgConfig: "qrcodegen", providers: [.apt(["libqrcodegen-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CPangoCairo", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CXlsxWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
        // Debian's libreadstat-dev has no file for pkg-config.
        .systemLibrary(name: "CReadStat", providers: [.apt(["libreadstat-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        .target(
            name: "Postgres",
            dependencies: [
                "CLibpq", logging, lifecycle, .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(name: "Text", swiftSettings: strict),
        .target(name: "Slips", dependencies: ["CQrcodegen", "CPangoCairo"], swiftSettings: strict),
        .target(name: "Sending", dependencies: ["CCurl", "Text", crypto], swiftSettings: strict),
        .target(
            name: "Documents",
            dependencies: [
                "Text", "CZip", "CExpat", "CXlsxWriter", "CReadStat",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(name: "Questionnaires", dependencies: ["Documents", "Text", "Yams"], swiftSettings: strict),
        .target(
            name: "Participation",
            dependencies: [
                "Documents", "Postgres", "Questionnaires", "Sending", "Text", crypto,
                .product(name: "CryptoExtras", package: "swift-crypto"), logging,
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: strict),
        .target(
            name: "Web",
            dependencies: [
                "Participation", "Documents", "Postgres", "Questionnaires", "Text", "Slips", "CZlib", crypto, logging,
                lifecycle, "Yams",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "minyi",
            dependencies: [
                "Participation", "Documents", "Postgres", "Questionnaires", "Sending", "Text", "Web", crypto, logging,
                lifecycle, "Yams",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: strict),

        .target(
            name: "TestSupport",
            dependencies: ["Participation", "Postgres", "Questionnaires", "CZip", crypto, logging],
            path: "Tests/Support",
            swiftSettings: strict),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport", logging], swiftSettings: strict),
        .testTarget(name: "TextTests", dependencies: ["Text", "Slips", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "DocumentsTests", dependencies: ["Documents", "Text", "TestSupport"], exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "QuestionnairesTests", dependencies: ["Questionnaires", "Documents", "Text"], exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "SendingTests", dependencies: ["Sending", "Text", "TestSupport", crypto], swiftSettings: strict),
        .testTarget(
            name: "ParticipationTests",
            dependencies: [
                "Participation", "Documents", "Postgres", "Questionnaires", "Sending", "Text", "TestSupport", crypto,
                logging, .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Web", "Participation", "Documents", "Postgres", "Questionnaires", "Sending", "Text", "TestSupport",
                "CZlib", "Yams",
                crypto,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: strict),
        .testTarget(name: "HouseRules", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
