// Everything that the risk report is made of: the configuration, and what was found when it was compared with
// the files on disk, with what the daemons say of themselves and with what the kernel says of them. Plain
// values: the report is a function of them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "settings/accounts.hpp"
#include "settings/acme.hpp"
#include "settings/courier.hpp"
#include "settings/dns.hpp"
#include "settings/mesh.hpp"
#include "settings/receiver.hpp"
#include "settings/relay.hpp"
#include "settings/resolver.hpp"
#include "settings/signer.hpp"
#include "settings/spamfilter.hpp"
#include "settings/submission.hpp"
#include "settings/verifier.hpp"
#include "settings/web.hpp"

namespace scop::risk {

struct Settings {
  settings::Mesh mesh;
  settings::Accounts accounts;
  settings::Acme acme;
  settings::Courier courier;
  settings::Dns dns;
  settings::Receiver receiver;
  settings::Relay relay;
  settings::Resolver resolver;
  settings::Signer signer;
  settings::Spamfilter spamfilter;
  settings::Submission submission;
  settings::Verifier verifier;
  settings::Web web;
};

Settings read_settings(const config::Document& document);

// How a statement of the report is known.
enum class Source : std::uint8_t {
  configuration,  // scop.toml and the topology say so; nobody has looked
  disk,           // read from files, their modes and owners
  daemon,         // the running daemon was asked over its pipe
  kernel,         // the kernel was asked about the running process
};
std::string_view name_of(Source source);  // "checked live (kernel)"

struct File {
  bool is_folder = false;
  uid_t user = 0;
  gid_t group = 0;
  mode_t mode = 0;  // permission bits
  std::uint64_t size = 0;
  Time changed;
};

struct MissingWall {
  std::string wall;
  std::string why;
  std::string remedy;
};

// What a daemon answered (scop.v1.Daemon/Status).
struct Status {
  std::string version;
  Time started;
  pid_t process = 0;
  uid_t user = 0;
  std::vector<std::string> walls;
  std::vector<MissingWall> missing;
  std::vector<std::string> read;  // paths that the walls let through
  std::vector<std::string> write;
  std::vector<std::uint16_t> connect_ports;
  bool connect_anywhere = false;
  bool udp = false;
  Time certificate_expires;
};

struct Listener {
  std::string address;  // "0.0.0.0", "::"
  std::uint16_t port = 0;
  bool udp = false;
  bool operator==(const Listener&) const = default;
};

// What the kernel says of it (/proc).
struct Process {
  pid_t id = 0;
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;
  std::uint64_t capabilities = 0;  // effective, permitted, inheritable and ambient together
  bool no_new_privileges = false;
  bool filters_system_calls = false;
  std::optional<std::vector<Listener>> listeners;  // nullopt: they could not be seen
};

struct DaemonFacts {
  std::string name;
  std::optional<Status> status;
  std::string trouble;  // why there is no status
  std::optional<Process> process;
};

struct Certificate {
  std::string name;  // "public", "web", "mesh CA", or whose pipe it is for
  std::string path;
  bool is_self_signed = false;
  std::vector<std::string> hosts;
  Time not_before;
  Time not_after;
};

struct SigningKey {
  std::string domain;
  std::string selector;
  std::string state;  // empty: from disk, where nobody knows it
  Time since;
};

struct Mailboxes {
  std::uint64_t users = 0;
  std::uint64_t without_quota = 0;
  std::uint64_t domains = 0;
};

struct LogFacts {
  std::string path;
  std::uint64_t octets = 0;  // with what has been rotated away
  std::uint64_t lines = 0;   // looked at
  std::uint64_t with_addresses = 0;
};

struct Facts {
  Time when;
  std::string config;  // its path
  Settings settings;
  uid_t reader = 0;  // who looked
  std::vector<DaemonFacts> daemons;
  std::map<std::string, File> files;  // by absolute path: what assets name, all below, all folders above
  std::vector<Certificate> certificates;
  std::optional<std::vector<SigningKey>> signing_keys;
  bool signing_keys_are_live = false;
  std::optional<Mailboxes> mailboxes;
  std::vector<LogFacts> logs;
  std::vector<std::string> not_looked_at;  // what could not be, and why
};

const DaemonFacts* find_daemon(const Facts& facts, std::string_view name);

// The user a daemon runs as, from the best source there is.
struct User {
  uid_t id = 0;
  std::vector<gid_t> groups;
  Source source = Source::configuration;
};
User user_of(const Facts& facts, std::string_view daemon);

bool has_wall(const DaemonFacts& daemon, std::string_view wall);  // "landlock" of "landlock 7"

}  // namespace scop::risk
