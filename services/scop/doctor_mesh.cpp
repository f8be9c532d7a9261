// The daemons, their walls, certificates and versions; the work they have.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "files/descriptor.hpp"
#include "mesh_ca/facts.hpp"
#include "risk/assets.hpp"
#include "scop/doctor.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::uint64_t most_pem = 256U << 10U;
constexpr std::uint64_t least_lessons = 10;  // of each kind: under it the filter says "unsure"

std::string age_text(std::chrono::milliseconds age) {
  return risk::text_of(age > std::chrono::days(2)    ? std::chrono::floor<std::chrono::days>(age)
                       : age > std::chrono::hours(2) ? std::chrono::floor<std::chrono::hours>(age)
                                                     : std::chrono::floor<std::chrono::minutes>(age));
}

// "not looked at", where the daemon that would tell is away: that has been said already.
bool is_away(const DoctorWorld& world, std::string_view daemon, Findings& findings) {
  if (world.answers(daemon)) return false;
  findings.warning(std::string(daemon), "was not asked: it does not answer", "see above, under daemons");
  return true;
}

}  // namespace

void look_at_daemons(const DoctorWorld& world, Findings& findings) {
  for (const auto& daemon : world.daemons) {
    const auto answer = world.instance.call(daemon.name, pipe::methods::health,
                                            grpc::health::v1::HealthCheckRequest(), patience);
    const auto log = (world.settings.mesh.folder / "log" / (daemon.name + ".log")).string();
    if (answer && answer->status() == grpc::health::v1::HealthCheckResponse::SERVING) {
      findings.ok(daemon.name, "serves");
    } else if (answer) {
      findings.problem(daemon.name, "answers, and says that it does not serve",
                       fmt::format("its log says why: {}", log));
    } else if (daemon.process) {
      findings.problem(
          daemon.name,
          fmt::format("runs (process {}) and does not answer: {}", daemon.process->id,
                      answer.error().message),
          fmt::format("its log says why: {}; a certificate that has run out is renewed by `scop certs renew`",
                      log));
    } else {
      findings.problem(daemon.name, "does not run or cannot be reached: " + answer.error().message,
                       fmt::format("`scop up` runs it; its last words are in {}", log));
    }
  }
}

void look_at_walls(const DoctorWorld& world, Findings& findings) {
  for (const auto& daemon : world.daemons) {
    if (!daemon.status) continue;
    for (const auto& missing : daemon.status->missing)
      findings.warning(daemon.name,
                       fmt::format("the wall \"{}\" does not stand: {}", missing.wall, missing.why),
                       missing.remedy);
    const bool is_root = daemon.status->user == 0;
    if (is_root)
      findings.warning(
          daemon.name, "runs as root (without capabilities)",
          "set [mesh] user_base, and give each folder to its daemon: `scop init` as root does both");
    if (daemon.process && (daemon.process->capabilities != 0 || !daemon.process->no_new_privileges ||
                           !daemon.process->filters_system_calls))
      findings.problem(
          daemon.name, "the kernel knows less walls around it than it says",
          "stop it, look at its program and its log: `scop risk-report --daemon " + daemon.name + "`");
    if (daemon.status->missing.empty() && !is_root)
      findings.ok(daemon.name, fmt::format("{}", fmt::join(daemon.status->walls, ", ")));
  }
}

void judge_versions(const std::vector<risk::DaemonFacts>& daemons, std::string_view own, Findings& findings) {
  bool all = true;
  for (const auto& daemon : daemons) {
    if (!daemon.status || daemon.status->version == own) continue;
    all = false;
    findings.warning(daemon.name,
                     fmt::format("is version {}, this command line is {}", daemon.status->version, own),
                     "restart it with the new program, or run the command line of its version");
  }
  if (all) findings.ok("mesh", fmt::format("all that answer are {}", own));
}

void look_at_versions(const DoctorWorld& world, Findings& findings) {
  judge_versions(world.daemons, SCOP_VERSION, findings);
}

void look_at_certificates(const DoctorWorld& world, Findings& findings) {
  std::chrono::milliseconds least = std::chrono::days(10'000);
  for (const auto& daemon : world.daemons) {
    if (!daemon.status) continue;
    const auto left = daemon.status->certificate_expires - world.when;
    least = std::min<std::chrono::milliseconds>(least, left);
    if (left > std::chrono::days(3)) continue;
    findings.problem(daemon.name,
                     left.count() <= 0
                         ? "the certificate of its pipe has run out"
                         : fmt::format("the certificate of its pipe runs out in {}", age_text(left)),
                     "`scop certs renew`, daily from a timer");
  }
  if (!findings.has_problems() && least < std::chrono::days(10'000))
    findings.ok("pipes", fmt::format("the first certificate runs out in {}", age_text(least)));
  const auto& file = world.settings.submission.certificate;
  const auto pem = files::read_whole(file, most_pem);
  const auto facts = pem ? mesh_ca::read_facts(*pem) : std::unexpected(pem.error());
  if (!facts) {
    findings.problem(file.string(), facts.error().what, "`scop certs public install CERT KEY`, or [acme]");
  } else if (facts->not_after <= world.when) {
    findings.problem(file.string(), "has expired",
                     "`scop acme run`, or `scop certs public install CERT KEY`");
  } else {
    findings.ok(file.string(), fmt::format("holds {} more", age_text(facts->not_after - world.when)));
  }
}

void judge_queue(const v1::QueueListReply& reply, std::chrono::milliseconds expire, Time when,
                 Findings& findings) {
  const v1::QueuedMessage* oldest = nullptr;
  std::uint64_t deferred = 0;
  std::uint64_t held = 0;
  std::string last_reply;
  for (const auto& message : reply.messages()) {
    held += message.held() ? 1 : 0;
    for (const auto& recipient : message.recipients()) {
      if (recipient.attempts() == 0 || recipient.state() != "queued") continue;
      ++deferred;
      if (last_reply.empty()) last_reply = fmt::format("{}: {}", recipient.address(), recipient.last_reply());
    }
    if (!message.held() && (oldest == nullptr || message.received() < oldest->received())) oldest = &message;
  }
  if (held > 0)
    findings.warning("queue", fmt::format("{} messages are held", held),
                     "`scop queue release ID`, or drop them");
  if (oldest == nullptr) {
    findings.ok("queue", "is empty");
    return;
  }
  const auto age = when - Time(std::chrono::milliseconds(oldest->received()));
  const auto text =
      fmt::format("{} messages wait, the oldest since {}, {} recipients were tried in vain{}", reply.total(),
                  age_text(age), deferred, last_reply.empty() ? "" : " (" + last_reply + ")");
  if (age > expire / 2) {
    findings.problem(
        "queue", text,
        fmt::format("they go back to their senders after {}: `scop queue list` says why they wait",
                    risk::text_of(expire)));
  } else if (age > std::chrono::hours(4)) {
    findings.warning("queue", text, "`scop queue list` says why they wait");
  } else {
    findings.ok("queue", text);
  }
}

void look_at_queue(const DoctorWorld& world, Findings& findings) {
  if (is_away(world, "relay", findings)) return;
  const auto reply =
      world.instance.call("relay", pipe::methods::queue_list, v1::QueueListRequest(), patience);
  if (!reply) {
    findings.problem("queue", "cannot be listed: " + reply.error().message, "the relay's log says why");
    return;
  }
  judge_queue(*reply, world.settings.relay.expire, world.when, findings);
}

void look_at_filter(const DoctorWorld& world, Findings& findings) {
  if (is_away(world, "spamfilter", findings)) return;
  const auto reply = world.instance.call("spamfilter", pipe::methods::statistics, v1::Nothing(), patience);
  if (!reply) {
    findings.problem("spamfilter", "tells nothing: " + reply.error().message, "its log says why");
  } else if (reply->ham() < least_lessons || reply->spam() < least_lessons) {
    findings.warning(
        "spamfilter",
        fmt::format("has learnt {} ham and {} spam: under {} of each it says \"unsure\" of everything",
                    reply->ham(), reply->spam(), least_lessons),
        "`scop train --ham PATH --spam PATH`");
  } else {
    findings.ok("spamfilter", fmt::format("has learnt {} ham and {} spam", reply->ham(), reply->spam()));
  }
}

void judge_keys(const v1::KeyList& keys, Time when, Findings& findings) {
  constexpr std::chrono::days long_enough{1};
  bool signs = false;
  for (const auto& key : keys.keys()) {
    const auto name = fmt::format("{}._domainkey.{}", key.selector(), key.domain());
    signs = signs || key.state() == "signing";
    const bool is_moving =
        key.state() == "making" || key.state() == "publishing" || key.state() == "removing";
    const auto since = when - Time(std::chrono::seconds(key.since()));
    if (is_moving && since > long_enough) {
      findings.problem(name,
                       fmt::format("is \"{}\" since {}: {}", key.state(), age_text(since), key.published()),
                       "`scop keys list`; docs/operation.md, \"Key life\", says what each state waits for");
    } else if (is_moving) {
      findings.ok(name, fmt::format("is on its way: {}", key.state()));
    }
  }
  if (keys.keys().empty() || !signs) {
    findings.problem("signer", "no key signs: mail of our users is refused, put off or leaves unsigned",
                     "`scop keys list`, `scop keys make`");
  } else {
    findings.ok("signer", "signs");
  }
}

void look_at_keys(const DoctorWorld& world, Findings& findings) {
  if (is_away(world, "signer", findings)) return;
  const auto keys = world.instance.call("signer", pipe::methods::list_keys, v1::KeysRequest(), patience);
  if (!keys) {
    findings.problem("signer", "lists no keys: " + keys.error().message, "its log says why");
    return;
  }
  judge_keys(*keys, world.when, findings);
}

}  // namespace scop::command
