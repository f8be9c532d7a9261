// The risk report as a value: what each daemon exposes, holds, may call and is walled by; where personal data
// flows and rests; what is wrong; what a break-in gives. A pure function of the facts.
#pragma once

#include <string>
#include <vector>

#include "risk/findings.hpp"
#include "risk/takeover.hpp"

namespace scop::risk {

struct Exposure {
  std::string at;    // "0.0.0.0:25 TCP"
  std::string what;  // "the world's mail"
  std::string to_whom;
  Source source = Source::configuration;
};

struct Holding {
  std::string what;
  std::string place;     // a path, or "memory"
  std::string as_found;  // "mode 600, user 64103, group 64103"; "is not there"
  bool is_secret = false;
  Source source = Source::configuration;
};

struct Wall {
  std::string name;  // "landlock 7"; "user 64103"
  bool stands = true;
  std::string why_not;
  Source source = Source::configuration;
};

struct DaemonReport {
  std::string name;
  std::string job;
  std::string state;  // "running since …, version …", "does not answer: …"
  std::vector<Exposure> exposes;
  std::vector<Holding> holds;
  std::vector<std::string> may_call;  // "accounts: Authenticate, Reserve"
  std::string reaches;                // outside the mesh
  Source reaches_source = Source::configuration;
  std::vector<Wall> walls;
  Takeover takeover;
};

struct Flow {
  std::string from;
  std::string to;
  std::string by;  // "Stage/Pass", "SMTP"
};

struct Rest {
  std::string holder;
  std::string what;
  std::string place;
  std::string how_long;
  Source source = Source::configuration;  // of the place; how long is the configuration's word
};

struct DataReport {
  std::string data;
  std::string meaning;
  std::vector<Flow> flows;
  std::vector<Rest> rests;
};

struct Report {
  Time when;
  std::string config;
  std::string domain;
  std::string host;
  std::vector<Finding> findings;
  std::vector<DaemonReport> daemons;
  std::vector<DataReport> data;
  std::vector<Chain> chains;
  std::vector<std::string> not_looked_at;
};

Report report_of(const Facts& facts);

// How many of its statements are known in which way, in the order of Source.
std::vector<std::size_t> count_sources(const Report& report);

}  // namespace scop::risk
