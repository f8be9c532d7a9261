// The AttemptReport from what happened: one recipient at a time, each decided once.
#pragma once

#include <string>

#include "courier/envelope.hpp"
#include "mx/verdict.hpp"
#include "scop/v1/courier.pb.h"
#include "smtp_client/session.hpp"

namespace scop::courier {

// The end of what could be done, for everyone not decided before.
struct Ending {
  smtp::Reply reply;
  bool permanent = false;
  bool ours = true;
  bool handshake_failed = false;  // and clear text is allowed
};

Ending to_ending(const mx::Verdict& verdict);
Ending to_ending(const smtp_client::Trouble& trouble);

// Deferred for everyone; the unreadable addresses failed.
v1::AttemptReport begin_report(const v1::AttemptEnvelope& envelope, const Plan& plan);
void end_with(v1::AttemptReport& report, const Plan& plan, const Ending& ending);
void end_with(v1::AttemptReport& report, const Plan& plan, const smtp_client::Report& transaction);

// "relayed 2, deferred 1" and the first reply that is not a success, else the first.
std::string summary_of(const v1::AttemptReport& report);
std::string telling_reply(const v1::AttemptReport& report);

}  // namespace scop::courier
