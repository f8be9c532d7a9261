// Plays a client against a Session and answers its questions from a list of wishes; everything is recorded.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base64.hpp"
#include "core/ensure.hpp"
#include "smtp_session/session.hpp"

namespace scop::smtp_session::testing {

inline Profile submission() {
  Profile profile;
  profile.host = "mail.example";
  profile.offers_starttls = profile.requires_tls = profile.offers_auth = profile.requires_auth = true;
  profile.most_octets = 1000;
  profile.most_recipients = 3;
  profile.most_errors = 5;
  return profile;
}

inline Profile receiver() {
  Profile profile = submission();
  profile.requires_tls = profile.offers_auth = profile.requires_auth = false;
  return profile;
}

class Player {
 public:
  explicit Player(Profile profile, Tls tls = {}) : profile_(std::move(profile)), session_(profile_) {
    run(Connected{tls});
  }

  // Gives octets; returns what the server said to them.
  std::string say(std::string_view octets) {
    said_.clear();
    if (!closed_) run(Received{octets});
    return said_;
  }
  // The reply codes alone: "250 250 354".
  std::string codes(std::string_view octets) {
    const auto text = say(octets);
    std::string out;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
      if (text[at + 3] != ' ') continue;
      if (!out.empty()) out += ' ';
      out += text.substr(at, 3);
    }
    return out;
  }
  void expire(Expiry why) {
    said_.clear();
    run(Expired{why});
  }
  void login() {
    codes("EHLO client\r\n");
    codes("AUTH PLAIN " + to_base64(std::string("\0a@example\0secret", 17)) + "\r\n");
  }

  // How questions are answered; the default is yes.
  std::map<std::string, smtp::Reply> judgements;  // by address, "open", "finish"
  Event auth_answer = AuthGranted{};
  Event scram_answer = AuthChallenge{"server-first"};
  Tls after_handshake{true, true};

  std::string greeting() const { return greeting_; }
  bool closed() const { return closed_; }
  std::vector<std::string> trace;      // names of the actions but Read and Send
  std::vector<std::string> delivered;  // messages that were finished with 250
  std::string passwords;               // "login/password "
  std::size_t sends = 0;
  int fail_at = -1;  // the so-manieth question is answered by a refusal
  Session& session() { return session_; }

 private:
  struct Answer {
    Player& player;
    std::optional<Event> operator()(Read&) { return std::nullopt; }
    std::optional<Event> operator()(Close&) {
      player.closed_ = true;
      return std::nullopt;
    }
    std::optional<Event> operator()(Send& send) {
      player.said_ += send.octets;
      ++player.sends;
      return Done{};
    }
    std::optional<Event> operator()(StartTls&) {
      return player.note("StartTls"), TlsStarted{player.after_handshake};
    }
    std::optional<Event> operator()(CheckPassword& check) {
      player.note("CheckPassword");
      player.passwords += check.login + "/" + std::string(check.password.reveal()) + " ";
      if (player.fails()) return AuthUnavailable{};
      return player.auth_answer;
    }
    std::optional<Event> operator()(BeginScram& begin) {
      player.note((begin.plus ? "BeginScramPlus:" : "BeginScram:") + begin.client_first);
      if (player.fails()) return AuthUnavailable{};
      return player.scram_answer;
    }
    std::optional<Event> operator()(FinishScram& finish) {
      player.note("FinishScram:" + finish.client_final);
      if (player.fails()) return AuthUnavailable{};
      return player.auth_answer;
    }
    std::optional<Event> operator()(JudgeSender& judge) {
      return player.judge(judge.mail.reverse_path.address(), 250);
    }
    std::optional<Event> operator()(JudgeRecipient& judge) {
      return player.judge(judge.recipient.forward_path.address(), 250);
    }
    std::optional<Event> operator()(OpenMessage&) {
      player.note("OpenMessage");
      auto verdict = player.judge("open", 354);
      player.content_.clear();
      player.open_ = verdict.reply.intermediate();
      return verdict;
    }
    std::optional<Event> operator()(Content& content) {
      ENSURE(player.open_);
      player.content_ += content.octets;
      return Done{};
    }
    std::optional<Event> operator()(FinishMessage& finish) {
      ENSURE(player.open_ && finish.octets.size == player.content_.size());
      player.open_ = false;
      player.note("FinishMessage");
      auto verdict = player.judge("finish", 250);
      if (verdict.reply.positive()) player.delivered.push_back(player.content_);
      return verdict;
    }
    std::optional<Event> operator()(Abandon&) {
      ENSURE(player.open_);
      player.open_ = false;
      player.note("Abandon");
      return Done{};
    }
  };

  void run(std::optional<Event> event) {
    while (event) {
      auto action = session_.on(std::move(*event));
      event = std::visit(Answer{*this}, action);
    }
    if (greeting_.empty()) greeting_ = said_;
  }
  void note(std::string what) { trace.push_back(std::move(what)); }
  bool fails() { return questions_++ == fail_at; }
  Judged judge(const std::string& about, int yes) {
    if (fails()) return Judged{smtp::reply(451, "4.3.0", "not now")};
    const auto found = judgements.find(about);
    return Judged{found == judgements.end() ? smtp::reply(yes, "", "yes") : found->second};
  }

  Profile profile_;
  Session session_;
  std::string said_;
  std::string greeting_;
  std::string content_;
  bool open_ = false;
  bool closed_ = false;
  int questions_ = 0;
};

}  // namespace scop::smtp_session::testing
