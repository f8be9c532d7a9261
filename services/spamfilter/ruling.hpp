// From what was found in a message to what happens to it: fields, verdicts, dispositions. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bayes/classify.hpp"
#include "scop/v1/stage.pb.h"
#include "settings/spamfilter.hpp"
#include "spamfilter/examination.hpp"

namespace scop::spamfilter {

struct Addressee {
  std::string address;
  bayes::Verdict verdict;  // by the models that serve this address
  settings::SpamThresholds thresholds;
};

struct Case {
  std::vector<Addressee> addressees;
  // What the header says: the verdict that all share, else the one by the models that all share.
  bayes::Verdict common;
  settings::SpamThresholds thresholds;
  std::vector<attachments::AttachmentFinding> findings;
  std::string virus;    // what clamd called it; empty: nothing found
  std::string trouble;  // why the judge has said nothing; empty: it has
};

struct Ruling {
  std::vector<v1::Field> prepend;
  std::vector<v1::Verdict> verdicts;
  std::vector<v1::Disposition> dispositions;  // of those who do not simply get it
  bool flagged = false;                       // X-Spam-Flag: YES
};

Ruling rule(const Case& found, const settings::AttachmentPolicy& policy);

settings::AttachmentAction action_for(attachments::Kind kind, const settings::AttachmentPolicy& policy);

}  // namespace scop::spamfilter
