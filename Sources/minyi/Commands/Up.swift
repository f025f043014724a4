import ArgumentParser

struct Up: AsyncParsableCommand {
    @OptionGroup var common: CommonOptions
    @Option var port: Int?
    func run() async throws {
        let settings = try await common.settings(port: port)
        try PortCheck.expectFree(host: settings.host, port: settings.port)
        try await Interruption.stoppable { interruption in
            let embedded = try await EmbeddedCluster.place(settings: settings)
            guard let lock = try DirectoryLock(embedded.directory) else {
                throw StartFailure(
                    "Minyi already runs on \(embedded.directory.path) \(DirectoryLock.holder(of: embedded.directory) ?? "")"
                )
            }
            try await embedded.whileRunning(superuserPassword: "abc") { running in
                interruption.remember(postmaster: running.processID)
                Console.say("\(running)")
                try await Task.sleep(for: .seconds(1000))
            }
            withExtendedLifetime(lock) {}
        }
    }
}
