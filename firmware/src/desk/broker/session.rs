//! One connection to the broker, from "connect" to its end.
//!
//! One publication is on its way at a time: the next one says what is true then. Everything waits a bounded time.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use rumqttc::mqttbytes::v4::{Connect, LastWill, Login};
use rumqttc::{
    ConnectReturnCode, Packet, PubAck, Publish, QoS, Subscribe, SubscribeFilter, SubscribeReasonCode,
};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::codec::Framed;

use super::document::Document;
use super::follow::Heard;
use super::frames::{Frame, Frames};
use super::link::LinkError;
use super::publisher::Publisher;
use super::wire::Stream;
use super::{BrokerConfig, hall_of, online_topic, state_topic};
use crate::desk::hall::Hall;
use crate::desk::stopped;

/// The number of the one subscription of a connection.
const SUBSCRIPTION: u16 = 1;

/// A connection that the broker has accepted.
pub(super) struct Session<'a> {
    hall: &'a Hall,
    config: &'a BrokerConfig,
    line: Framed<Box<dyn Stream>, Frames>,
    changes: watch::Receiver<u64>,
    /// The publication on its way, and since when.
    waits: Option<(u16, Duration)>,
    /// The number of the last publication.
    number: u16,
    /// When the broker was heard last, and when it was told something.
    heard: Duration,
    said: Duration,
    /// Pages have not been told yet.
    news: bool,
    /// Which halls were known at the last look.
    known: Vec<bool>,
    /// Halls of which a document was refused on this connection: said once.
    refused: BTreeSet<String>,
}

impl<'a> Session<'a> {
    /// Introduces this desk, asks for the halls that it follows, and says that it is there.
    pub async fn open(
        hall: &'a Hall,
        config: &'a BrokerConfig,
        stream: Box<dyn Stream>,
        login: Option<Login>,
    ) -> Result<Self, LinkError> {
        let now = hall.now().since_start;
        let mut session = Self {
            hall,
            config,
            line: Framed::new(stream, Frames::default()),
            changes: hall.changes(),
            waits: None,
            number: SUBSCRIPTION,
            heard: now,
            said: now,
            news: false,
            known: Vec::new(),
            refused: BTreeSet::new(),
        };
        session.say(Packet::Connect(introduction(config, login))).await?;
        match session.line.next().await {
            Some(Ok(Frame::Packet(Packet::ConnAck(answer)))) => {
                if answer.code != ConnectReturnCode::Success {
                    return Err(LinkError::Refused(answer.code));
                }
            }
            Some(Ok(_)) => return Err(LinkError::Strange),
            Some(Err(error)) => return Err(error.into()),
            None => return Err(LinkError::Closed),
        }
        if !config.follow.is_empty() {
            session.say(Packet::Subscribe(subscription(config))).await?;
        }
        session.publish(&online_topic(&config.hall), b"1".to_vec()).await?;
        Ok(session)
    }

    /// Goes on until the line or `stop` ends it.
    pub async fn run(
        mut self,
        publisher: &mut Publisher,
        stop: watch::Receiver<bool>,
    ) -> Result<(), LinkError> {
        publisher.reach(self.hall.now().since_start);
        let stopping = stopped(stop);
        tokio::pin!(stopping);
        let mut tick = interval(self.config.times.tick);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                frame = self.line.next() => match frame {
                    Some(frame) => self.hear(frame?).await?,
                    None => return Err(LinkError::Closed),
                },
                _ = tick.tick() => self.look(publisher).await?,
                () = &mut stopping => return self.leave().await,
            }
        }
    }

    /// Something came from the broker.
    async fn hear(&mut self, frame: Frame) -> Result<(), LinkError> {
        self.heard = self.hall.now().since_start;
        match frame {
            Frame::Packet(Packet::Publish(publish)) => {
                self.hear_document(&publish);
                // Asked for without a receipt; a broker that wants one all the same shall have it.
                if publish.qos == QoS::AtLeastOnce {
                    self.say(Packet::PubAck(PubAck::new(publish.pkid))).await?;
                }
            }
            Frame::Packet(Packet::PubAck(ack)) => {
                if self.waits.is_some_and(|(number, _)| number == ack.pkid) {
                    self.waits = None;
                    self.hall.elsewhere().published();
                }
            }
            Frame::Packet(Packet::SubAck(ack)) => {
                if ack.return_codes.contains(&SubscribeReasonCode::Failure) {
                    tracing::warn!(what = "subscription", "broker.refused");
                }
            }
            Frame::Packet(Packet::PingResp) => {}
            Frame::Packet(_) => return Err(LinkError::Strange),
            Frame::TooLarge => {
                self.hall.elsewhere().refuse();
                self.say_refused("", "too large");
            }
        }
        Ok(())
    }

    fn hear_document(&mut self, publish: &Publish) {
        let Some(hall) = hall_of(&publish.topic) else {
            self.hall.elsewhere().refuse();
            return;
        };
        match Document::read(hall, &publish.payload) {
            Ok(document) => {
                let heard = self.hall.elsewhere().hear(hall, document, publish.retain, self.heard);
                self.news |= heard == Heard::News;
            }
            Err(error) => {
                self.hall.elsewhere().refuse();
                self.say_refused(hall, &error.to_string());
            }
        }
    }

    fn say_refused(&mut self, hall: &str, why: &str) {
        // Only halls that are followed are named, so that this list is as bounded as theirs.
        let followed = hall.is_empty() || self.config.follow.iter().any(|followed| followed == hall);
        if followed && self.refused.insert(hall.to_owned()) {
            tracing::warn!(hall, why, "document.refused");
        }
    }

    /// Time went by: what is due is said, and who is silent is noticed.
    async fn look(&mut self, publisher: &mut Publisher) -> Result<(), LinkError> {
        let now = self.hall.now().since_start;
        let times = self.config.times;
        let silent = now.saturating_sub(self.heard) >= times.ping + times.answer;
        let unanswered = self.waits.is_some_and(|(_, since)| now.saturating_sub(since) >= times.answer);
        if silent || unanswered {
            return Err(LinkError::Silent);
        }
        let known = self.hall.elsewhere().known(now);
        if std::mem::take(&mut self.news) || known != self.known {
            self.known = known;
            self.hall.news_from_elsewhere();
        }
        if now.saturating_sub(self.said) >= times.ping {
            self.say(Packet::PingReq).await?;
        }
        let due = publisher.is_due(&times, now) || self.changes.has_changed().unwrap_or_default();
        if due && self.waits.is_none() {
            self.changes.mark_unchanged();
            let Some(document) = publisher.next(self.hall, self.config, now) else { return Ok(()) };
            self.publish(&state_topic(&self.config.hall), document).await?;
        }
        Ok(())
    }

    /// Publishes something that the broker keeps; its receipt is waited for.
    async fn publish(&mut self, topic: &str, payload: Vec<u8>) -> Result<(), LinkError> {
        // From 2 on: 0 is none, and 1 is the subscription's.
        self.number = self.number.checked_add(1).unwrap_or(SUBSCRIPTION + 1);
        let mut publish = Publish::new(topic, QoS::AtLeastOnce, payload);
        publish.pkid = self.number;
        publish.retain = true;
        self.waits = Some((self.number, self.hall.now().since_start));
        self.say(Packet::Publish(publish)).await
    }

    async fn say(&mut self, packet: Packet) -> Result<(), LinkError> {
        self.said = self.hall.now().since_start;
        let sent = timeout(self.config.times.answer, self.line.send(packet)).await;
        sent.map_err(|_| LinkError::Silent)?.map_err(LinkError::from)
    }

    /// Goes politely: the broker keeps that nobody is there.
    async fn leave(mut self) -> Result<(), LinkError> {
        self.publish(&online_topic(&self.config.hall), b"0".to_vec()).await?;
        self.say(Packet::Disconnect).await
    }
}

fn introduction(config: &BrokerConfig, login: Option<Login>) -> Connect {
    // One name a hall: a desk that comes back replaces its own dead connection, whose will is then told before.
    let mut connect = Connect::new(format!("parvis-{}", config.hall));
    connect.keep_alive = u16::try_from(2 * config.times.ping.as_secs().max(1)).unwrap_or(u16::MAX);
    connect.clean_session = true;
    connect.last_will = Some(LastWill::new(online_topic(&config.hall), "0", QoS::AtLeastOnce, true));
    connect.login = login;
    connect
}

/// Without receipts: what is lost is followed by something newer.
fn subscription(config: &BrokerConfig) -> Subscribe {
    let filters = config.follow.iter().map(|hall| SubscribeFilter::new(state_topic(hall), QoS::AtMostOnce));
    let mut subscribe = Subscribe::new_many(filters);
    subscribe.pkid = SUBSCRIPTION;
    subscribe
}
