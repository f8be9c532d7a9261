// scop doctor: live looks at an instance, in the order in which one thing depends on another. Each says what
// is wrong, and what to do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "risk/facts.hpp"
#include "scop/dns_findings.hpp"
#include "scop/instance.hpp"

namespace scop::command {

struct DoctorOptions {
  std::vector<std::string> only;
  std::vector<std::string> skip;
  std::string outbound = "gmail.com";            // whose MX shows whether port 25 is open outwards
  std::string signed_name = ".";                 // validates
  std::string bogus_name = "dnssec-failed.org";  // is signed wrongly, on purpose
  std::filesystem::path backups;                 // a folder or file
};

struct DoctorWorld {
  const Context& context;
  const Instance& instance;
  const DoctorOptions& options;
  risk::Settings settings;
  std::vector<risk::DaemonFacts> daemons;
  Time when;

  bool answers(std::string_view daemon) const;
};

using Look = void (*)(const DoctorWorld&, Findings&);

void look_at_daemons(const DoctorWorld& world, Findings& findings);
void look_at_walls(const DoctorWorld& world, Findings& findings);
void look_at_versions(const DoctorWorld& world, Findings& findings);
void look_at_certificates(const DoctorWorld& world, Findings& findings);
void look_at_clock(const DoctorWorld& world, Findings& findings);
void look_at_disks(const DoctorWorld& world, Findings& findings);
void look_at_backups(const DoctorWorld& world, Findings& findings);
void look_at_ports(const DoctorWorld& world, Findings& findings);
void look_at_resolver(const DoctorWorld& world, Findings& findings);
void look_at_dns(const DoctorWorld& world, Findings& findings);
void look_outwards(const DoctorWorld& world, Findings& findings);
void look_at_queue(const DoctorWorld& world, Findings& findings);
void look_at_filter(const DoctorWorld& world, Findings& findings);
void look_at_keys(const DoctorWorld& world, Findings& findings);

// What a queue, keys and a clock look like decides; apart, so that it can be tested without them.
void judge_queue(const v1::QueueListReply& reply, std::chrono::milliseconds expire, Time when,
                 Findings& findings);
void judge_keys(const v1::KeyList& keys, Time when, Findings& findings);
void judge_versions(const std::vector<risk::DaemonFacts>& daemons, std::string_view own, Findings& findings);

}  // namespace scop::command
